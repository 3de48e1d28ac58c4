import { deviceTokens } from "../../harness/device-tokens.ts";
import { judge } from "../judge.ts";
import type { Stage } from "../stage.ts";

const client = `
import boto3, hashlib, io, json, os
from botocore.config import Config
from botocore.exceptions import ClientError
from urllib.error import HTTPError
from urllib.request import Request, urlopen
s3 = boto3.client("s3", endpoint_url=os.environ["ENDPOINT"])
def code_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
`;

const python =
  (code: string) =>
  async ({ python }: Stage): Promise<void> =>
    void (await python(client + code));

/** botocore knows no field for the access token that MinIO asks userinfo with, so its own hook puts it into the form. */
const borrowsByToken = `
import boto3, botocore.session, os
from botocore.exceptions import ClientError
def with_access_token(params, **_):
    params["body"]["WebIdentityAccessToken"] = os.environ["ACCESS_TOKEN"]
def works(session):
    s3 = session.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL_STS"])
    s3.create_bucket(Bucket="alice-boto")
    s3.put_object(Bucket="alice-boto", Key="k", Body=b"lent")
    assert s3.get_object(Bucket="alice-boto", Key="k")["Body"].read() == b"lent"
    s3.delete_object(Bucket="alice-boto", Key="k")
    s3.delete_bucket(Bucket="alice-boto")

# Asked by hand
sts = boto3.client("sts")
role = {"RoleArn": os.environ["AWS_ROLE_ARN"], "RoleSessionName": "notebook"}
token = open(os.environ["AWS_WEB_IDENTITY_TOKEN_FILE"]).read()
try:
    sts.assume_role_with_web_identity(**role, WebIdentityToken=token)
    raise AssertionError("without an access token")
except ClientError as error:
    assert "access_token is mandatory" in str(error), error
sts.meta.events.register("before-call.sts.AssumeRoleWithWebIdentity", with_access_token)
lent = sts.assume_role_with_web_identity(**role, WebIdentityToken=token, DurationSeconds=900)["Credentials"]
works(boto3.Session(lent["AccessKeyId"], lent["SecretAccessKey"], lent["SessionToken"]))

# By botocore's own provider, from the variables alone
session = botocore.session.Session()
session.register("before-call.sts.AssumeRoleWithWebIdentity", with_access_token)
session = boto3.Session(botocore_session=session)
works(session)
assert session.get_credentials().method == "assume-role-with-web-identity", session.get_credentials().method
`;

judge("boto3", {
  list: python(`
assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["WG1", "input-data", "test-gey", "test-slv", "tmp"]
`),

  bucket: python(`
s3.create_bucket(Bucket="boto-made")
s3.head_bucket(Bucket="boto-made")
assert "LocationConstraint" in s3.get_bucket_location(Bucket="boto-made")
s3.delete_bucket(Bucket="boto-made")
assert code_of(s3.head_bucket, Bucket="boto-made") == "404"
`),

  object: python(`
s3.put_object(Bucket="tmp", Key="a/b.txt", Body=b"hello")
head = s3.head_object(Bucket="tmp", Key="a/b.txt")
assert head["ContentLength"] == 5 and head["ETag"].strip('"') == hashlib.md5(b"hello").hexdigest(), head
assert s3.get_object(Bucket="tmp", Key="a/b.txt")["Body"].read() == b"hello"
s3.delete_object(Bucket="tmp", Key="a/b.txt")
assert code_of(s3.get_object, Bucket="tmp", Key="a/b.txt") == "NoSuchKey"
`),

  names: python(`
names = ["a", "a b", "a+b", "b&<c>", "c%20d", "é/ü", "~", "日本/語", "x" * 1024]
s3.create_bucket(Bucket="boto-names")
for name in names: s3.put_object(Bucket="boto-names", Key=name, Body=name.encode())
for name in names: assert s3.get_object(Bucket="boto-names", Key=name)["Body"].read() == name.encode()
assert [entry["Key"] for entry in s3.list_objects_v2(Bucket="boto-names")["Contents"]] == sorted(names, key=str.encode)
`),

  metadata: python(`
s3.put_object(Bucket="tmp", Key="m", Body=b"m", ContentType="text/plain", CacheControl="max-age=9", Metadata={"station": "Brest"})
head = s3.head_object(Bucket="tmp", Key="m")
assert head["ContentType"] == "text/plain" and head["Metadata"] == {"station": "Brest"}, head
assert head["CacheControl"] == "max-age=9", head
`),

  ranges: python(`
s3.put_object(Bucket="tmp", Key="r", Body=b"hello")
assert s3.get_object(Bucket="tmp", Key="r", Range="bytes=1-3")["Body"].read() == b"ell"
assert s3.get_object(Bucket="tmp", Key="r", Range="bytes=-2")["Body"].read() == b"lo"
assert code_of(s3.get_object, Bucket="tmp", Key="r", Range="bytes=9-") == "InvalidRange"
`),

  conditions: python(`
etag = s3.put_object(Bucket="tmp", Key="k", Body=b"one")["ETag"]
assert code_of(s3.get_object, Bucket="tmp", Key="k", IfNoneMatch=etag) == "304"
assert code_of(s3.get_object, Bucket="tmp", Key="k", IfMatch='"0"') == "PreconditionFailed"
assert code_of(s3.put_object, Bucket="tmp", Key="k", Body=b"two", IfNoneMatch="*") == "PreconditionFailed"
assert s3.get_object(Bucket="tmp", Key="k")["Body"].read() == b"one"
`),

  pages: python(`
names = ["a", "a/1", "a/2", "b", "c/d/e", "é/ü"]
s3.create_bucket(Bucket="boto-list")
for name in names: s3.put_object(Bucket="boto-list", Key=name, Body=b"")
for version in ("list_objects", "list_objects_v2"):
    pages = s3.get_paginator(version).paginate(Bucket="boto-list", PaginationConfig={"PageSize": 2})
    assert [entry["Key"] for page in pages for entry in page.get("Contents", [])] == names, version
    page = getattr(s3, version)(Bucket="boto-list", Delimiter="/")
    assert [entry["Prefix"] for entry in page["CommonPrefixes"]] == ["a/", "c/", "é/"], page
    page = getattr(s3, version)(Bucket="boto-list", Prefix="a/", Delimiter="/")
    assert [entry["Key"] for entry in page["Contents"]] == ["a/1", "a/2"], page
`),

  copy: python(`
s3.put_object(Bucket="tmp", Key="from", Body=b"copied", Metadata={"k": "v"})
s3.copy_object(Bucket="WG1", Key="to", CopySource={"Bucket": "tmp", "Key": "from"})
got = s3.get_object(Bucket="WG1", Key="to")
assert got["Body"].read() == b"copied" and got["Metadata"] == {"k": "v"}, got
s3.copy_object(Bucket="WG1", Key="to", CopySource="WG1/to", MetadataDirective="REPLACE", Metadata={"k": "w"})
assert s3.head_object(Bucket="WG1", Key="to")["Metadata"] == {"k": "w"}
`),

  parts: python(`
first, second = os.urandom(5 << 20), os.urandom(1 << 20)
upload = {"Bucket": "tmp", "Key": "big"}
upload["UploadId"] = s3.create_multipart_upload(**upload, Metadata={"k": "v"})["UploadId"]
etags = [s3.upload_part(**upload, PartNumber=n, Body=body)["ETag"] for n, body in ((1, first), (2, second))]
parts = [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(etags, 1)]
assert [part["PartNumber"] for part in s3.list_parts(**upload)["Parts"]] == [1, 2]
assert code_of(s3.head_object, Bucket="tmp", Key="big") == "404"
s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
got = s3.get_object(Bucket="tmp", Key="big")
assert got["Body"].read() == first + second and got["ETag"].endswith('-2"') and got["Metadata"] == {"k": "v"}
upload = {"Bucket": "tmp", "Key": "from-part"}
upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
part = s3.upload_part_copy(**upload, PartNumber=1, CopySource={"Bucket": "tmp", "Key": "big"}, CopySourceRange="bytes=10-19")
s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]})
assert s3.get_object(Bucket="tmp", Key="from-part")["Body"].read() == first[10:20]
whole = os.urandom(20 << 20)
s3.upload_fileobj(io.BytesIO(whole), "tmp", "by-transfer")
back = io.BytesIO()
s3.download_fileobj("tmp", "by-transfer", back)
assert back.getvalue() == whole
`),

  uploads: python(`
upload = {"Bucket": "WG1", "Key": "never"}
upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
assert [found["Key"] for found in s3.list_multipart_uploads(Bucket="WG1")["Uploads"]] == ["never"]
s3.abort_multipart_upload(**upload)
assert "Uploads" not in s3.list_multipart_uploads(Bucket="WG1")
assert code_of(s3.list_parts, **upload) == "NoSuchUpload"
`),

  removeMany: python(`
names = [f"many/{n}" for n in range(1000)]
s3.create_bucket(Bucket="boto-many")
for name in names[:20]: s3.put_object(Bucket="boto-many", Key=name, Body=b"")
deleted = s3.delete_objects(Bucket="boto-many", Delete={"Objects": [{"Key": name} for name in names]})
assert len(deleted["Deleted"]) == 1000 and "Errors" not in deleted, deleted
assert s3.list_objects_v2(Bucket="boto-many")["KeyCount"] == 0
`),

  link: python(`
for signing in (s3, boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], config=Config(signature_version="s3v4"))):
    params = {"Bucket": "tmp", "Key": "a b/é"}
    url = signing.generate_presigned_url("put_object", Params=params)
    assert urlopen(Request(url, data=b"by link", method="PUT", headers={"Content-Type": ""})).status == 200
    assert urlopen(signing.generate_presigned_url("get_object", Params=params)).read() == b"by link"
`),

  publicRead: python(`
s3.create_bucket(Bucket="boto-public")
s3.put_object(Bucket="boto-public", Key="open", Body=b"for all", ACL="public-read")
s3.put_object(Bucket="boto-public", Key="data/a", Body=b"closed")
def read(key):
    try:
        return urlopen(os.environ["ENDPOINT"] + "/boto-public/" + key).read()
    except HTTPError as error:
        return error.code
assert read("open") == b"for all" and read("data/a") == 403
grants = s3.get_object_acl(Bucket="boto-public", Key="open")["Grants"]
assert {grant["Permission"] for grant in grants} == {"FULL_CONTROL", "READ"}, grants
s3.put_object_acl(Bucket="boto-public", Key="open", ACL="private")
assert read("open") == 403
policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"],
          "Resource": ["arn:aws:s3:::boto-public/data/*"]}]}
s3.put_bucket_policy(Bucket="boto-public", Policy=json.dumps(policy))
assert json.loads(s3.get_bucket_policy(Bucket="boto-public")["Policy"]) == policy
assert s3.get_bucket_policy_status(Bucket="boto-public")["PolicyStatus"]["IsPublic"]
assert read("data/a") == b"closed" and read("open") == 403
s3.delete_bucket_policy(Bucket="boto-public")
assert code_of(s3.get_bucket_policy, Bucket="boto-public") == "NoSuchBucketPolicy" and read("data/a") == 403
s3.put_bucket_acl(Bucket="boto-public", ACL="public-read")
assert b"<Key>data/a</Key>" in read("") and read("data/a") == 403
`),

  tags: python(`
tags = lambda **values: {"TagSet": [{"Key": key, "Value": value} for key, value in values.items()]}
s3.put_bucket_tagging(Bucket="tmp", Tagging=tags(team="ocean", note="é & ü"))
assert s3.get_bucket_tagging(Bucket="tmp")["TagSet"] == tags(team="ocean", note="é & ü")["TagSet"]
s3.delete_bucket_tagging(Bucket="tmp")
assert code_of(s3.get_bucket_tagging, Bucket="tmp") == "NoSuchTagSet"
s3.put_object(Bucket="tmp", Key="a", Body=b"a", Tagging="stage=raw")
s3.copy_object(Bucket="tmp", Key="b", CopySource={"Bucket": "tmp", "Key": "a"})
assert s3.get_object_tagging(Bucket="tmp", Key="b")["TagSet"] == tags(stage="raw")["TagSet"]
s3.put_object_tagging(Bucket="tmp", Key="a", Tagging=tags(stage="clean"))
assert s3.get_object_tagging(Bucket="tmp", Key="a")["TagSet"] == tags(stage="clean")["TagSet"]
s3.delete_object_tagging(Bucket="tmp", Key="a")
assert s3.get_object_tagging(Bucket="tmp", Key="a")["TagSet"] == []
`),

  checksums: python(`
for algorithm in ("CRC32", "SHA1", "SHA256"):
    s3.put_object(Bucket="tmp", Key=algorithm, Body=b"abc" * 100, ChecksumAlgorithm=algorithm)
    s3.upload_fileobj(io.BytesIO(b"x" * (9 << 20)), "tmp", algorithm + "-parts", ExtraArgs={"ChecksumAlgorithm": algorithm})
    assert s3.get_object(Bucket="tmp", Key=algorithm)["Body"].read() == b"abc" * 100
    assert s3.head_object(Bucket="tmp", Key=algorithm + "-parts")["ContentLength"] == 9 << 20
    kept = lambda key: s3.head_object(Bucket="tmp", Key=key, ChecksumMode="ENABLED")["Checksum" + algorithm]
    assert kept(algorithm) and kept(algorithm + "-parts").endswith("-2")
signed = boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], config=Config(s3={"payload_signing_enabled": True}))
signed.put_object(Bucket="tmp", Key="signed", Body=b"signed")
assert signed.get_object(Bucket="tmp", Key="signed")["Body"].read() == b"signed"
`),

  refusals: python(`
def stranger(access, secret):
    return boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], aws_access_key_id=access, aws_secret_access_key=secret)
assert code_of(stranger(os.environ["AWS_ACCESS_KEY_ID"], "0" * 32).list_buckets) == "SignatureDoesNotMatch"
assert code_of(stranger("0" * 32, "0" * 32).list_buckets) == "InvalidAccessKeyId"
assert code_of(s3.list_objects_v2, Bucket="no-such-bucket-here") == "NoSuchBucket"
assert code_of(s3.put_bucket_cors, Bucket="tmp", CORSConfiguration={"CORSRules": []}) == "NotImplemented"
`),

  sts: async ({ cloud, python, plainEnv, write }) => {
    const [alice] = cloud.people;
    const tokens = await deviceTokens(cloud, { username: alice?.name ?? "", passphrase: cloud.passphrase });
    await python(borrowsByToken, {
      ...plainEnv,
      AWS_ENDPOINT_URL_STS: cloud.minio.url,
      AWS_ROLE_ARN: cloud.minio.roleArn,
      AWS_WEB_IDENTITY_TOKEN_FILE: await write("token", tokens.id_token),
      ACCESS_TOKEN: tokens.access_token,
    });
  },
});
