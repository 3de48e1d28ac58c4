import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../harness/cloud.ts";
import { type Home, makeHome } from "../harness/home.ts";
import { mustRun, run } from "../harness/run.ts";
import { clientsPath, s3Env } from "./openstack.ts";
import { debianClient, pythonClient } from "./tools.ts";

let home: Home;
let cloud: Cloud;
let env: Record<string, string>;

beforeAll(async () => {
  home = await makeHome(clientsPath());
  cloud = await startCloud({ env: home.env, args: ["--memory"] });
  env = { ...(await s3Env(cloud, home)), ENDPOINT: cloud.s3Endpoint };
});
afterAll(async () => {
  await cloud?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
});

/** Runs Python that asserts for itself, and returns its complaints; what libraries warn of themselves is none. */
const python = async (code: string) =>
  (await run([pythonClient("python"), "-W", "ignore", "-c", code], { env, cwd: home.folder })).stderr;

describe("boto3", () => {
  const client = `
import boto3, os, hashlib
from botocore.config import Config
from botocore.exceptions import ClientError
s3 = boto3.client("s3", endpoint_url=os.environ["ENDPOINT"])
def code_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
`;

  test("put, head, get, user metadata, content type, delete", async () => {
    expect(
      await python(`${client}
s3.create_bucket(Bucket="boto-plain")
s3.put_object(Bucket="boto-plain", Key="a/b.txt", Body=b"hello", ContentType="text/plain", Metadata={"station": "Brest"})
head = s3.head_object(Bucket="boto-plain", Key="a/b.txt")
assert head["ContentLength"] == 5 and head["ContentType"] == "text/plain" and head["Metadata"] == {"station": "Brest"}, head
assert head["ETag"].strip('"') == hashlib.md5(b"hello").hexdigest()
assert s3.get_object(Bucket="boto-plain", Key="a/b.txt")["Body"].read() == b"hello"
assert s3.get_object(Bucket="boto-plain", Key="a/b.txt", Range="bytes=1-3")["Body"].read() == b"ell"
s3.delete_object(Bucket="boto-plain", Key="a/b.txt")
assert code_of(s3.get_object, Bucket="boto-plain", Key="a/b.txt") == "NoSuchKey"
`),
    ).toBe("");
  });

  test("conditional requests answer 304 and 412", async () => {
    expect(
      await python(`${client}
s3.create_bucket(Bucket="boto-conditions")
etag = s3.put_object(Bucket="boto-conditions", Key="k", Body=b"one")["ETag"]
assert code_of(s3.get_object, Bucket="boto-conditions", Key="k", IfNoneMatch=etag) == "304"
assert code_of(s3.get_object, Bucket="boto-conditions", Key="k", IfMatch='"0"') == "PreconditionFailed"
assert code_of(s3.put_object, Bucket="boto-conditions", Key="k", Body=b"two", IfNoneMatch="*") == "PreconditionFailed"
assert s3.get_object(Bucket="boto-conditions", Key="k")["Body"].read() == b"one"
`),
    ).toBe("");
  });

  test("ListObjects v1 and v2: pages, prefixes, delimiters, nasty names", async () => {
    expect(
      await python(`${client}
s3.create_bucket(Bucket="boto-list")
names = ["a", "a b", "a+b", "a/1", "a/2", "b&<c>", "c%20d", "d/e/f", "é/ü", "~", "日本/語", "x" * 1024]
for name in names: s3.put_object(Bucket="boto-list", Key=name, Body=name.encode())
ordered = sorted(names, key=str.encode)
for version in ("list_objects", "list_objects_v2"):
    pages = s3.get_paginator(version).paginate(Bucket="boto-list", PaginationConfig={"PageSize": 3})
    found = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    assert found == ordered, (version, found)
    page = getattr(s3, version)(Bucket="boto-list", Delimiter="/")
    assert [p["Prefix"] for p in page["CommonPrefixes"]] == ["a/", "d/", "é/", "日本/"], page
    page = getattr(s3, version)(Bucket="boto-list", Prefix="a/", Delimiter="/")
    assert [entry["Key"] for entry in page["Contents"]] == ["a/1", "a/2"], page
for name in names: assert s3.get_object(Bucket="boto-list", Key=name)["Body"].read() == name.encode()
deleted = s3.delete_objects(Bucket="boto-list", Delete={"Objects": [{"Key": name} for name in names]})
assert len(deleted["Deleted"]) == len(names) and "Errors" not in deleted, deleted
assert s3.list_objects_v2(Bucket="boto-list")["KeyCount"] == 0
`),
    ).toBe("");
  });

  test("multipart upload, its parts, its abort; copy of an object and of a part", async () => {
    expect(
      await python(`${client}
s3.create_bucket(Bucket="boto-parts")
first, second = os.urandom(5 << 20), os.urandom(1 << 20)
upload = s3.create_multipart_upload(Bucket="boto-parts", Key="big", Metadata={"k": "v"})["UploadId"]
parts = []
for number, body in enumerate((first, second), 1):
    etag = s3.upload_part(Bucket="boto-parts", Key="big", UploadId=upload, PartNumber=number, Body=body)["ETag"]
    parts.append({"PartNumber": number, "ETag": etag})
assert [p["PartNumber"] for p in s3.list_parts(Bucket="boto-parts", Key="big", UploadId=upload)["Parts"]] == [1, 2]
assert code_of(s3.head_object, Bucket="boto-parts", Key="big") == "404"
s3.complete_multipart_upload(Bucket="boto-parts", Key="big", UploadId=upload, MultipartUpload={"Parts": parts})
got = s3.get_object(Bucket="boto-parts", Key="big")
assert got["Body"].read() == first + second and got["ETag"].endswith('-2"') and got["Metadata"] == {"k": "v"}
s3.copy_object(Bucket="boto-parts", Key="copy", CopySource={"Bucket": "boto-parts", "Key": "big"})
assert s3.head_object(Bucket="boto-parts", Key="copy")["ContentLength"] == 6 << 20
upload = s3.create_multipart_upload(Bucket="boto-parts", Key="from-part")["UploadId"]
part = s3.upload_part_copy(Bucket="boto-parts", Key="from-part", UploadId=upload, PartNumber=1,
                           CopySource={"Bucket": "boto-parts", "Key": "big"}, CopySourceRange="bytes=10-19")
s3.complete_multipart_upload(Bucket="boto-parts", Key="from-part", UploadId=upload,
    MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]})
assert s3.get_object(Bucket="boto-parts", Key="from-part")["Body"].read() == first[10:20]
upload = s3.create_multipart_upload(Bucket="boto-parts", Key="never")["UploadId"]
assert len(s3.list_multipart_uploads(Bucket="boto-parts")["Uploads"]) == 1
s3.abort_multipart_upload(Bucket="boto-parts", Key="never", UploadId=upload)
assert "Uploads" not in s3.list_multipart_uploads(Bucket="boto-parts")
`),
    ).toBe("");
  });

  test("presigned URLs for GET and PUT, by urllib alone", async () => {
    expect(
      await python(`${client}
from urllib.request import Request, urlopen
s3.create_bucket(Bucket="boto-links")
signing = boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], config=Config(signature_version="s3v4"))
params = {"Bucket": "boto-links", "Key": "a b/é"}
url = signing.generate_presigned_url("put_object", Params=params)
assert urlopen(Request(url, data=b"by link", method="PUT", headers={"Content-Type": ""})).status == 200
assert urlopen(signing.generate_presigned_url("get_object", Params=params)).read() == b"by link"
`),
    ).toBe("");
  });

  test("every checksum it can send is taken, as a header and as a trailer", async () => {
    expect(
      await python(`${client}
import io
s3.create_bucket(Bucket="boto-checksums")
for algorithm in ("CRC32", "SHA1", "SHA256"):
    s3.put_object(Bucket="boto-checksums", Key=algorithm, Body=b"abc" * 100, ChecksumAlgorithm=algorithm)
    s3.upload_fileobj(io.BytesIO(b"x" * (9 << 20)), "boto-checksums", algorithm + "-parts", ExtraArgs={"ChecksumAlgorithm": algorithm})
    assert s3.get_object(Bucket="boto-checksums", Key=algorithm)["Body"].read() == b"abc" * 100
    assert s3.head_object(Bucket="boto-checksums", Key=algorithm + "-parts")["ContentLength"] == 9 << 20
signed = boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], config=Config(s3={"payload_signing_enabled": True}))
signed.put_object(Bucket="boto-checksums", Key="signed", Body=b"signed")
assert signed.get_object(Bucket="boto-checksums", Key="signed")["Body"].read() == b"signed"
`),
    ).toBe("");
  });

  test("tags of buckets and objects, also through a copy", async () => {
    expect(
      await python(`${client}
s3.create_bucket(Bucket="boto-tags")
tags = lambda **values: {"TagSet": [{"Key": key, "Value": value} for key, value in values.items()]}
s3.put_bucket_tagging(Bucket="boto-tags", Tagging=tags(team="ocean", note="é & ü"))
assert s3.get_bucket_tagging(Bucket="boto-tags")["TagSet"] == tags(team="ocean", note="é & ü")["TagSet"]
s3.delete_bucket_tagging(Bucket="boto-tags")
assert code_of(s3.get_bucket_tagging, Bucket="boto-tags") == "NoSuchTagSet"
s3.put_object(Bucket="boto-tags", Key="a", Body=b"a", Tagging="stage=raw")
s3.copy_object(Bucket="boto-tags", Key="b", CopySource={"Bucket": "boto-tags", "Key": "a"})
assert s3.get_object_tagging(Bucket="boto-tags", Key="b")["TagSet"] == tags(stage="raw")["TagSet"]
s3.put_object_tagging(Bucket="boto-tags", Key="a", Tagging=tags(stage="clean"))
assert s3.get_object_tagging(Bucket="boto-tags", Key="a")["TagSet"] == tags(stage="clean")["TagSet"]
s3.delete_object_tagging(Bucket="boto-tags", Key="a")
assert s3.get_object_tagging(Bucket="boto-tags", Key="a")["TagSet"] == []
`),
    ).toBe("");
  });

  test("public read by a canned ACL and by a bucket policy, and its end", async () => {
    expect(
      await python(`${client}
import json
from urllib.error import HTTPError
from urllib.request import urlopen
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
    ).toBe("");
  });

  test("a wrong secret and an unknown key are refused by their own names", async () => {
    expect(
      await python(`${client}
def stranger(access, secret):
    return boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], aws_access_key_id=access, aws_secret_access_key=secret)
assert code_of(stranger(os.environ["AWS_ACCESS_KEY_ID"], "0" * 32).list_buckets) == "SignatureDoesNotMatch"
assert code_of(stranger("0" * 32, "0" * 32).list_buckets) == "InvalidAccessKeyId"
`),
    ).toBe("");
  });
});

describe("s3fs and xarray", () => {
  const filesystem = `
import os, s3fs
fs = s3fs.S3FileSystem(endpoint_url=os.environ["ENDPOINT"])
`;

  test("write, read, list, glob, move and remove", async () => {
    expect(
      await python(`${filesystem}
fs.mkdir("s3fs-plain")
for n in range(3):
    with fs.open(f"s3fs-plain/dir/{n}.txt", "w") as file: file.write(f"line {n}")
assert sorted(fs.ls("s3fs-plain/dir")) == [f"s3fs-plain/dir/{n}.txt" for n in range(3)]
assert fs.cat("s3fs-plain/dir/1.txt") == b"line 1" and len(fs.glob("s3fs-plain/**/*.txt")) == 3
fs.mv("s3fs-plain/dir/1.txt", "s3fs-plain/moved.txt")
assert fs.exists("s3fs-plain/moved.txt") and not fs.exists("s3fs-plain/dir/1.txt")
with fs.open("s3fs-plain/big", "wb", block_size=5 << 20) as file: file.write(b"z" * (12 << 20))
assert fs.info("s3fs-plain/big")["size"] == 12 << 20
fs.rm("s3fs-plain", recursive=True)
assert not fs.exists("s3fs-plain")
`),
    ).toBe("");
  });

  test("a Zarr v3 store written by xarray opens again, consolidated or not", async () => {
    expect(
      await python(`${filesystem}
import numpy as np, xarray as xr, zarr
fs.mkdir("s3fs-zarr")
data = xr.Dataset({"sst": (("lat", "lon"), np.random.rand(180, 360))})
options = {"endpoint_url": os.environ["ENDPOINT"]}
data.to_zarr("s3://s3fs-zarr/sst.zarr", storage_options=options, mode="w", zarr_format=3)
xr.testing.assert_identical(data, xr.open_zarr("s3://s3fs-zarr/sst.zarr", storage_options=options).load())
assert zarr.open_group("s3://s3fs-zarr/sst.zarr", storage_options=options, mode="r").metadata.zarr_format == 3
`),
    ).toBe("");
  });
});

describe("s5cmd", () => {
  const s5cmd = async (...args: string[]) =>
    (await mustRun([pythonClient("s5cmd"), "--endpoint-url", cloud.s3Endpoint, ...args], { env, cwd: home.folder }))
      .stdout;

  test("mb, cp, ls, cat, du, mv, sync, rm of many, rb", async () => {
    await mustRun(["/bin/sh", "-c", "mkdir -p s5/a && echo one > s5/a/1 && echo two > 's5/a/2 é'"], {
      env,
      cwd: home.folder,
    });
    await s5cmd("mb", "s3://s5cmd-made");
    await s5cmd("cp", "s5/", "s3://s5cmd-made/tree/");
    expect(await s5cmd("ls", "s3://s5cmd-made/tree/a/*")).toMatch(/4 +1\n[\s\S]*4 +2 é\n/);
    expect(await s5cmd("cat", "s3://s5cmd-made/tree/a/1")).toBe("one\n");
    expect(await s5cmd("du", "s3://s5cmd-made/tree/*")).toContain("8 bytes in 2 objects");
    await s5cmd("mv", "s3://s5cmd-made/tree/a/1", "s3://s5cmd-made/moved");
    expect(await s5cmd("sync", "s5/", "s3://s5cmd-made/tree/")).toBe("cp s5/a/1 s3://s5cmd-made/tree/a/1\n");
    await s5cmd("rm", "s3://s5cmd-made/*");
    await s5cmd("rb", "s3://s5cmd-made");
    expect(await s5cmd("ls")).not.toContain("s5cmd-made");
  });
});

describe.each([
  ["AWS CLI v2 (Debian)", () => debianClient("aws")],
  ["AWS CLI v1 (PyPI)", () => pythonClient("aws")],
])("%s", (_, aws) => {
  const cli = async (...args: string[]) =>
    (await mustRun([aws(), "--endpoint-url", cloud.s3Endpoint, ...args], { env, cwd: home.folder })).stdout;

  test("sync, a public object, tags, rb", async () => {
    await mustRun(["/bin/sh", "-c", "mkdir -p aws && echo one > aws/1 && echo two > 'aws/2 é'"], {
      env,
      cwd: home.folder,
    });
    await cli("s3", "mb", "s3://aws-made");
    await cli("s3", "sync", "aws", "s3://aws-made/tree");
    expect(await cli("s3", "sync", "aws", "s3://aws-made/tree")).toBe("");
    await cli("s3", "cp", "aws/1", "s3://aws-made/open", "--acl", "public-read");
    expect(await (await fetch(`${cloud.s3Endpoint}/aws-made/open`)).text()).toBe("one\n");
    const open = ["--bucket", "aws-made", "--key", "open"];
    await cli("s3api", "put-object-tagging", ...open, "--tagging", "TagSet=[{Key=a,Value=b}]");
    expect(JSON.parse(await cli("s3api", "get-object-tagging", ...open))).toMatchObject({
      TagSet: [{ Key: "a", Value: "b" }],
    });
    await cli("s3", "rb", "--force", "s3://aws-made");
    expect(await cli("s3", "ls")).not.toContain("aws-made");
  });
});

describe("rclone over S3", () => {
  const rclone = async (...args: string[]) =>
    (await mustRun([debianClient("rclone"), ...args], { env, cwd: home.folder })).stdout;

  test("copy, check, lsf, cat, purge", async () => {
    await writeFile(
      join(home.folder, "rclone.conf"),
      `[cloud]\ntype = s3\nprovider = Ceph\nenv_auth = true\nendpoint = ${cloud.s3Endpoint}\n`,
    );
    const conf = `--config=${join(home.folder, "rclone.conf")}`;
    const tree = join(home.folder, "rclone-tree");
    await mustRun(
      [
        "/bin/sh",
        "-c",
        `mkdir -p '${tree}/a b' && head -c 7000000 /dev/urandom > '${tree}/a b/é.bin' && : > '${tree}/empty'`,
      ],
      { env },
    );
    await rclone(conf, "mkdir", "cloud:rclone-s3");
    await rclone(conf, "copy", tree, "cloud:rclone-s3/tree", "--s3-upload-cutoff=5M", "--s3-chunk-size=5M");
    await rclone(conf, "check", tree, "cloud:rclone-s3/tree");
    expect((await rclone(conf, "lsf", "-R", "cloud:rclone-s3")).trim().split("\n").sort()).toEqual(
      ["tree/", "tree/a b/", "tree/a b/é.bin", "tree/empty"].sort(),
    );
    expect(await rclone(conf, "cat", "cloud:rclone-s3/tree/empty")).toBe("");
    await rclone(conf, "moveto", "cloud:rclone-s3/tree/empty", "cloud:rclone-s3/moved");
    await rclone(conf, "purge", "cloud:rclone-s3");
    expect(await rclone(conf, "lsf", "cloud:")).not.toContain("rclone-s3");
  });
});
