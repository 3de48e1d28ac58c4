import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, fedbucket, startCloud } from "../harness/cloud.ts";
import { type Home, makeHome } from "../harness/home.ts";
import { mustRun, run } from "../harness/run.ts";
import { clientsPath, openstackEnv, openstackJson } from "./openstack.ts";
import { pythonClient } from "./tools.ts";

let home: Home;
let cloud: Cloud;

beforeAll(async () => {
  home = await makeHome(clientsPath());
  cloud = await startCloud({ env: home.env, args: ["--memory", "--secret-cache-seconds", "0"] });
  await mustRun([...fedbucket, "connect", "sandbox"], { env: { ...home.env, OIDC_ACCESS_TOKEN: await cloud.token() } });
});
afterAll(async () => {
  await cloud?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
});

/** No keys, no endpoint, no profile in the environment, and an empty PATH as cron and kernels may have. */
const bare = () => ({ ...home.env, PATH: "" });
const aws = async (args: readonly string[], env: Record<string, string> = bare()) =>
  (await mustRun([pythonClient("aws"), ...args], { env, cwd: home.folder })).stdout;
const python = (code: string, env: Record<string, string> = bare()) =>
  run([pythonClient("python"), "-W", "ignore", "-c", code], { env, cwd: home.folder });

describe("the profile that connect writes, as AWS CLI v1 of PyPI reads it", () => {
  test("--profile sandbox finds the endpoint, the region and the keys", async () => {
    expect(await aws(["s3", "ls", "--profile", "sandbox"])).toContain("input-data");
    await writeFile(join(home.folder, "a.txt"), "by profile\n");
    await aws(["s3", "cp", "a.txt", "s3://tmp/by-profile.txt", "--profile", "sandbox"]);
    expect(await aws(["s3", "cp", "s3://tmp/by-profile.txt", "-", "--profile", "sandbox"])).toBe("by profile\n");
  });

  test("mb needs no region from the person", async () => {
    expect(await aws(["s3", "mb", "s3://made-by-profile", "--profile", "sandbox"])).toContain("made-by-profile");
  });

  test("[default] lends the same to whoever names no profile", async () => {
    expect(await aws(["s3", "ls"])).toContain("input-data");
  });
});

describe("the profile that connect writes, as boto3 reads it", () => {
  test("by name and by default, without a key in any file of the AWS folder", async () => {
    const code = `
import boto3
for session in (boto3.Session(profile_name="sandbox"), boto3.Session()):
    s3 = session.client("s3")
    assert s3.meta.endpoint_url == ${JSON.stringify(cloud.s3Endpoint)}, s3.meta.endpoint_url
    assert "input-data" in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    s3.put_object(Bucket="tmp", Key="boto", Body=b"x" * 100)
    assert s3.get_object(Bucket="tmp", Key="boto")["Body"].read() == b"x" * 100
    assert session.get_credentials().method == "custom-process", session.get_credentials().method
print(boto3.Session().get_credentials().get_frozen_credentials().secret_key)
`;
    const { stdout, stderr } = await python(code);
    expect(stderr).toBe("");
    const config = await readFile(join(home.folder, ".aws/config"), "utf8");
    expect(config).not.toContain(stdout.trim());
    await expect(readFile(join(home.folder, ".aws/credentials"))).rejects.toThrow("ENOENT");
  });

  test("a key deleted behind our back is replaced when the next program asks", async () => {
    const env = await openstackEnv(cloud, home.env);
    const keys = await openstackJson<{ Access: string }[]>(["ec2", "credentials", "list"], env);
    expect(keys).toHaveLength(1);
    await mustRun([pythonClient("openstack"), "ec2", "credentials", "delete", keys[0]?.Access ?? ""], { env });
    await mustRun([...fedbucket, "ls"], { env: home.env });
    const { stderr } = await python(`import boto3; boto3.client("s3").list_buckets()`);
    expect(stderr).toBe("");
  });

  test("a person's own default is left as it is, and the profile works by name", async () => {
    await using other = await makeHome(clientsPath());
    const own = "# mine\n[default]\nregion=eu-west-1\naws_access_key_id = AKIAMINE\naws_secret_access_key = mine\n";
    await mustRun(["/bin/mkdir", join(other.folder, ".aws")], { env: other.env });
    await writeFile(join(other.folder, ".aws/config"), own);
    const token = await cloud.token();
    const state = { ...home.env, HOME: other.folder };
    const connected = await mustRun([...fedbucket, "connect", "sandbox"], {
      env: { ...state, OIDC_ACCESS_TOKEN: token },
    });
    expect(connected.stdout + connected.stderr).toContain("AWS_PROFILE");
    expect((await readFile(join(other.folder, ".aws/config"), "utf8")).startsWith(own)).toBe(true);
    expect(await aws(["s3", "ls"], { ...bare(), HOME: other.folder, AWS_PROFILE: "sandbox" })).toContain("input-data");
  });
});

describe("the profile that connect writes, as s3fs and xarray read it", () => {
  test("s3:// by default and by storage_options, and from a process that inherits nothing", async () => {
    const code = `
import s3fs, numpy as np, xarray as xr
assert "tmp" in s3fs.S3FileSystem().ls("")
assert "tmp" in s3fs.S3FileSystem(profile="sandbox").ls("")
data = xr.Dataset({"sst": (("lat", "lon"), np.random.rand(20, 30))})
data.to_zarr("s3://tmp/named.zarr", mode="w", storage_options={"profile": "sandbox"})
xr.testing.assert_identical(data, xr.open_zarr("s3://tmp/named.zarr").load())
`;
    expect((await python(code)).stderr).toBe("");
  });
});
