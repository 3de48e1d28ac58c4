import { judge } from "../judge.ts";
import type { Stage } from "../stage.ts";

const python =
  (code: string) =>
  async ({ python }: Stage): Promise<void> =>
    void (await python(`
import os, s3fs
from urllib.request import urlopen
fs = s3fs.S3FileSystem(endpoint_url=os.environ["ENDPOINT"])
${code}`));

judge("s3fs", {
  list: python(`
assert sorted(fs.ls("")) == ["WG1", "input-data", "test-gey", "test-slv", "tmp"], fs.ls("")
`),
  bucket: python(`
fs.mkdir("s3fs-made")
assert fs.exists("s3fs-made")
fs.rmdir("s3fs-made")
assert not fs.exists("s3fs-made")
`),
  object: python(`
with fs.open("tmp/dir/a.txt", "w") as file: file.write("a line")
assert fs.info("tmp/dir/a.txt")["size"] == 6 and fs.cat("tmp/dir/a.txt") == b"a line"
fs.rm("tmp/dir/a.txt")
assert not fs.exists("tmp/dir/a.txt")
`),
  names: python(`
names = ["test-gey/" + name for name in ("a b/é", "a+b%20c&d=e", "日本/語")]
for name in names: fs.pipe(name, name.encode())
assert sorted(fs.find("test-gey")) == sorted(names), fs.find("test-gey")
for name in names: assert fs.cat(name) == name.encode()
`),
  metadata: python(`
with fs.open("tmp/m", "wb", ContentType="a/b", Metadata={"station": "Brest"}) as file: file.write(b"m")
assert fs.info("tmp/m")["ContentType"] == "a/b" and fs.metadata("tmp/m") == {"station": "Brest"}, fs.info("tmp/m")
fs.setxattr("tmp/m", station="Roscoff")
assert fs.getxattr("tmp/m", "station") == "Roscoff"
`),
  ranges: python(`
fs.pipe("tmp/r", b"hello")
assert fs.cat_file("tmp/r", start=1, end=4) == b"ell" and fs.tail("tmp/r", 2) == b"lo"
with fs.open("tmp/r") as file:
    file.seek(3)
    assert file.read() == b"lo"
`),
  pages: python(`
for name in ("a/1", "a/2", "b"): fs.pipe(f"input-data/{name}", b"x")
assert sorted(fs.ls("input-data")) == ["input-data/a", "input-data/b"]
assert sorted(fs.glob("input-data/**/1")) == ["input-data/a/1"] and fs.du("input-data") == 3
`),
  copy: python(`
fs.pipe("tmp/from", b"copied")
fs.cp("tmp/from", "WG1/to")
fs.mv("WG1/to", "WG1/moved")
assert fs.ls("WG1") == ["WG1/moved"] and fs.cat("WG1/moved") == b"copied"
`),
  parts: python(`
body = os.urandom(12 << 20)
with fs.open("tmp/big", "wb", block_size=5 << 20) as file: file.write(body)
assert fs.info("tmp/big")["size"] == 12 << 20 and fs.cat("tmp/big") == body
fs.merge("tmp/merged", ["tmp/big", "tmp/big"])
assert fs.cat("tmp/merged") == body + body
`),
  uploads: python(`
file = fs.open("test-slv/never", "wb", block_size=5 << 20)
file.write(b"x" * (11 << 20))
assert [upload["Key"] for upload in fs.list_multipart_uploads("test-slv")] == ["never"]
file.discard()
fs.clear_multipart_uploads("test-slv")
assert not fs.list_multipart_uploads("test-slv") and not fs.exists("test-slv/never")
`),
  folder: python(`
os.makedirs("tree/a b")
for name in ("tree/a b/é", "tree/two"): open(name, "w").write(name)
fs.put("tree", "test-slv/tree", recursive=True)
fs.get("test-slv/tree", "down", recursive=True)
assert open("down/a b/é").read() == "tree/a b/é" and open("down/two").read() == "tree/two"
`),
  removeMany: python(`
fs.mkdir("s3fs-many")
fs.pipe({f"s3fs-many/{n}": b"" for n in range(30)})
fs.rm("s3fs-many", recursive=True)
assert not fs.exists("s3fs-many")
`),
  link: python(`
fs.pipe("tmp/linked é", b"for who has the link")
assert urlopen(fs.url("tmp/linked é", expires=60)).read() == b"for who has the link"
`),
  publicRead: python(`
fs.pipe("tmp/open", b"for all")
fs.chmod("tmp/open", "public-read")
assert urlopen(os.environ["ENDPOINT"] + "/tmp/open").read() == b"for all"
assert s3fs.S3FileSystem(anon=True, endpoint_url=os.environ["ENDPOINT"]).cat("tmp/open") == b"for all"
`),
  tags: python(`
fs.pipe("tmp/t", b"t")
fs.put_tags("tmp/t", {"team": "ocean"})
assert fs.get_tags("tmp/t") == {"team": "ocean"}
`),
  refusals: python(`
for call, kind in ((lambda: fs.cat("tmp/nowhere"), FileNotFoundError), (lambda: fs.ls("no-such-bucket-here"), FileNotFoundError),
                   (lambda: s3fs.S3FileSystem(anon=True, endpoint_url=os.environ["ENDPOINT"]).ls("WG1"), PermissionError)):
    try:
        call()
        raise AssertionError(kind)
    except kind:
        pass
`),
});
