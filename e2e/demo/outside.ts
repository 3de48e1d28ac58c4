import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { environment } from "../clients/environment.ts";
import { fedbucket } from "../harness/cloud.ts";
import type { Home } from "../harness/home.ts";
import { mustRun } from "../harness/run.ts";
import type { Objects } from "./zarr.ts";

/** A way to the same objects that shares nothing with fedbucket but the profile it wrote. */
export interface OutsideRoute {
  readonly name: string;
  read(bucket: string, keys: readonly string[]): Promise<Objects>;
}

/** boto3 if a Python here has it, else the AWS CLI, else a presigned URL; always at this endpoint and no other. */
export function findOutsideRoute(home: Home, s3Endpoint: string): OutsideRoute {
  return boto3(home, s3Endpoint) ?? awsCli(home, s3Endpoint) ?? presignedUrls(home);
}

function boto3(home: Home, s3Endpoint: string): OutsideRoute | undefined {
  const pythons = [`${environment}/bin/python`, "python3", "/usr/bin/python3"];
  const asks = "import boto3, sys; print(sys.executable, boto3.__version__)";
  const found = firstThatRuns(pythons.map((python) => [python, "-c", asks]));
  if (found === undefined) return undefined;
  const [python = "", version] = found.split(" ");
  const code = `
import base64, boto3, json, sys
endpoint, bucket, *keys = sys.argv[1:]
s3 = boto3.Session(profile_name="sandbox").client("s3", endpoint_url=endpoint)
bodies = {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}
json.dump({key: base64.b64encode(body).decode() for key, body in bodies.items()}, sys.stdout)`;
  return {
    name: `boto3 ${version}`,
    async read(bucket, keys) {
      const { stdout } = await mustRun([python, "-c", code, s3Endpoint, bucket, ...keys], { env: home.env });
      const bodies = Object.entries(JSON.parse(stdout) as Record<string, string>);
      return new Map(bodies.map(([key, body]) => [key, Buffer.from(body, "base64")]));
    },
  };
}

function awsCli(home: Home, s3Endpoint: string): OutsideRoute | undefined {
  // By its full path and in this home, where a version manager's shim does not run.
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const aws = folders.map((folder) => join(folder, "aws")).find((file) => versionOf(file, home) !== undefined);
  if (aws === undefined) return undefined;
  const at = ["--endpoint-url", s3Endpoint, "--profile", "sandbox"];
  return {
    name: `the AWS CLI (${versionOf(aws, home)})`,
    read: (bucket, keys) =>
      readEach(keys, async (key) => {
        const copied = await mustRun([aws, "s3", "cp", `s3://${bucket}/${key}`, "-", ...at], { env: home.env });
        return copied.bytes;
      }),
  };
}

/** For example `aws-cli/2.9.19`; undefined where it does not run. */
function versionOf(aws: string, { env }: Home): string | undefined {
  return existsSync(aws) ? firstThatRuns([[aws, "--version"]], env)?.split(" ")[0] : undefined;
}

function presignedUrls(home: Home): OutsideRoute {
  return {
    name: "presigned URLs and fetch (no boto3 or AWS CLI on this machine)",
    read: (bucket, keys) =>
      readEach(keys, async (key) => {
        const { stdout } = await mustRun([...fedbucket, "presign", `s3://${bucket}/${key}`], { env: home.env });
        const answer = await fetch(stdout.trim());
        if (!answer.ok) throw new Error(`the presigned URL of ${key} answered ${answer.status}`);
        return new Uint8Array(await answer.arrayBuffer());
      }),
  };
}

async function readEach(keys: readonly string[], read: (key: string) => Promise<Uint8Array>): Promise<Objects> {
  return new Map(await Promise.all(keys.map(async (key) => [key, await read(key)] as const)));
}

/** What the first of these programs that runs well prints. Default: in the caller's own environment. */
function firstThatRuns(
  commands: readonly (readonly string[])[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  for (const [program = "", ...args] of commands) {
    const { status, stdout } = spawnSync(program, args, { env, encoding: "utf8", timeout: 10_000 });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}
