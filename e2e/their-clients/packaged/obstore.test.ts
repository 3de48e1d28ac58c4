import { judge } from "../judge.ts";
import type { Stage } from "../stage.ts";

const python =
  (code: string) =>
  async ({ python }: Stage): Promise<void> =>
    void (await python(`
import obstore as obs, os
from datetime import timedelta
from obstore.store import S3Store
from urllib.request import Request, urlopen
def bucket(name):
    return S3Store(name, endpoint=os.environ["ENDPOINT"], client_options={"allow_http": True})
tmp = bucket("tmp")
def paths(listing):
    return sorted(entry["path"] for entry in listing)
${code}`));

judge("obstore", {
  object: python(`
tmp.put("dir/a.txt", b"a line")
assert tmp.head("dir/a.txt")["size"] == 6 and tmp.get("dir/a.txt").bytes() == b"a line"
tmp.delete("dir/a.txt")
try:
    tmp.get("dir/a.txt")
    raise AssertionError("it is still there")
except FileNotFoundError:
    pass
`),
  names: python(`
store = bucket("test-gey")
names = ["a b/é", "a+b%20c&d=e", "日本/語"]
for name in names: store.put(name, name.encode())
assert paths(store.list().collect()) == sorted(names), paths(store.list().collect())
for name in names: assert store.get(name).bytes() == name.encode()
`),
  metadata: python(`
tmp.put("m", b"m", attributes={"Content-Type": "a/b", "station": "Brest"})
attributes = tmp.get("m").attributes
assert attributes["Content-Type"] == "a/b" and attributes["station"] == "Brest", attributes
`),
  ranges: python(`
tmp.put("r", b"hello")
assert tmp.get_range("r", start=1, length=3).to_bytes() == b"ell"
assert [part.to_bytes() for part in tmp.get_ranges("r", starts=[0, 3], lengths=[1, 2])] == [b"h", b"lo"]
assert tmp.get("r", options={"range": {"suffix": 2}}).bytes() == b"lo"
`),
  conditions: python(`
tmp.put("k", b"one")
try:
    tmp.put("k", b"two", mode="create")
    raise AssertionError("it was replaced")
except obs.exceptions.AlreadyExistsError:
    pass
etag = tmp.head("k")["e_tag"]
tmp.put("k", b"two", mode={"e_tag": etag})
try:
    tmp.put("k", b"three", mode={"e_tag": etag})
    raise AssertionError("it was replaced")
except obs.exceptions.PreconditionError:
    pass
assert tmp.get("k").bytes() == b"two"
`),
  pages: python(`
store = bucket("input-data")
for name in ("a/1", "a/2", "b"): store.put(name, b"")
found = store.list_with_delimiter()
assert list(found["common_prefixes"]) == ["a"] and paths(found["objects"]) == ["b"], found
assert paths(store.list("a/").collect()) == ["a/1", "a/2"] and paths(store.list(offset="a/1").collect()) == ["a/2", "b"]
assert [len(page) for page in store.list(chunk_size=2)] == [2, 1]
`),
  copy: python(`
store = bucket("WG1")
store.put("from", b"copied")
store.copy("from", "to")
store.rename("to", "moved")
assert paths(store.list().collect()) == ["from", "moved"] and store.get("moved").bytes() == b"copied"
`),
  parts: python(`
body = os.urandom(12 << 20)
tmp.put("big", body, use_multipart=True, chunk_size=5 << 20)
assert tmp.head("big")["size"] == 12 << 20 and b"".join(tmp.get("big").stream()) == body
with obs.open_writer(tmp, "written", buffer_size=5 << 20) as file: file.write(body)
file = obs.open_reader(tmp, "written")
file.seek(1 << 20)
assert file.read() == body[1 << 20:]
`),
  removeMany: python(`
store = bucket("test-slv")
names = [f"many/{n}" for n in range(30)]
for name in names: store.put(name, b"")
store.delete(names)
assert not store.list().collect()
`),
  link: python(`
tmp.put("linked é", b"for who has the link")
assert urlopen(obs.sign(tmp, "GET", "linked é", timedelta(minutes=1))).read() == b"for who has the link"
urlopen(Request(obs.sign(tmp, "PUT", "put", timedelta(minutes=1)), data=b"by link", method="PUT", headers={"Content-Type": ""}))
assert tmp.get("put").bytes() == b"by link"
`),
  publicRead: python(`
import boto3
tmp.put("open", b"for all")
boto3.client("s3", endpoint_url=os.environ["ENDPOINT"]).put_object_acl(Bucket="tmp", Key="open", ACL="public-read")
store = S3Store("tmp", endpoint=os.environ["ENDPOINT"], skip_signature=True, client_options={"allow_http": True})
assert store.get("open").bytes() == b"for all"
`),
  checksums: python(`
store = S3Store("tmp", endpoint=os.environ["ENDPOINT"], checksum_algorithm="SHA256", client_options={"allow_http": True})
store.put("checked", b"checked")
assert store.get("checked").bytes() == b"checked"
`),
});
