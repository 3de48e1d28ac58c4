import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fedbucket, freePorts, startCloud } from "../../e2e/harness/cloud.ts";
import { type Home, makeHome } from "../../e2e/harness/home.ts";
import { signInAtKeystone } from "../../e2e/harness/keystone.ts";
import { mustRun, run } from "../../e2e/harness/run.ts";
import { program as minio } from "../../e2e/peers/minio.ts";

/** An S3 server, and a home in which fedbucket is connected to it. */
export interface Server extends AsyncDisposable {
  readonly name: string;
  readonly endpoint: string;
  readonly keys: Keys;
  /** Of a server on TLS: the certificate that signed its own. */
  readonly ca?: string;
  readonly home: Home;
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export async function sandboxServer(): Promise<Server> {
  const home = await makeHome();
  const cloud = await startCloud({ env: home.env });
  const { createKey } = await signInAtKeystone(cloud);
  const { access, secret } = await createKey();
  await mustRun([...fedbucket, "connect", "sandbox"], { env: { ...home.env, OIDC_ACCESS_TOKEN: await cloud.token() } });
  return {
    name: "sandbox",
    endpoint: cloud.s3Endpoint,
    keys: { accessKeyId: access, secretAccessKey: secret },
    home,
    async [Symbol.asyncDispose]() {
      await cloud[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** Keeps nothing, so that what is left of the time is the clients' own. */
export async function sink({ tls }: { readonly tls: boolean }): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "fedbucket-sink-"));
  const files = tls ? await certificate(folder) : [];
  const program = [process.execPath, join(import.meta.dirname, "sink.ts"), "0", ...files];
  const child = spawn(program[0] ?? "", program.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  const [address] = (await once(child.stdout, "data")) as [Buffer];
  const { port } = JSON.parse(address.toString()) as { port: number };
  const endpoint = tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  const keys = { accessKeyId: "anybody", secretAccessKey: "anything" };
  const home = await homeAt(endpoint, keys);
  return {
    name: tls ? "sink, TLS" : "sink",
    endpoint,
    keys,
    ...(tls ? { ca: files[1] } : {}),
    home,
    async [Symbol.asyncDispose]() {
      child.kill();
      await home[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** The one that `npm run peers -- up minio` builds, with its objects in memory; undefined where it is not built. */
export async function minioServer(): Promise<Server | undefined> {
  if (!minio.isBuilt()) {
    console.error("MinIO is left out: npm run peers -- up minio builds it");
    return undefined;
  }
  const data = await mkdtemp("/dev/shm/fedbucket-bench-minio-");
  const port = await freePorts();
  const endpoint = `http://127.0.0.1:${port}`;
  const keys = { accessKeyId: "admin", secretAccessKey: randomBytes(16).toString("hex") };
  const child = spawn(minio.file, ["server", "--quiet", "--address", `127.0.0.1:${port}`, data], {
    env: { ...process.env, MINIO_ROOT_USER: keys.accessKeyId, MINIO_ROOT_PASSWORD: keys.secretAccessKey },
    stdio: "ignore",
  });
  const gone = once(child, "exit");
  for (; !(await isReady(`${endpoint}/minio/health/ready`)); await setTimeout(100))
    if (child.exitCode !== null) throw new Error(`MinIO does not start: ${minio.file} server`);
  const home = await homeAt(endpoint, keys);
  return {
    name: "MinIO",
    endpoint,
    keys,
    home,
    async [Symbol.asyncDispose]() {
      child.kill();
      await gone;
      await home[Symbol.asyncDispose]();
      await rm(data, { recursive: true });
    },
  };
}

const isReady = async (url: string): Promise<boolean> =>
  await fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** A server behind a line on which every byte is so long under way, and now and then one is lost and sent again. */
export async function faraway(near: Server): Promise<Server> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "slow-line.ts"), near.endpoint], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [address] = (await once(child.stdout, "data")) as [Buffer];
  const endpoint = `http://127.0.0.1:${(JSON.parse(address.toString()) as { port: number }).port}`;
  const home = await homeAt(endpoint, near.keys);
  return {
    ...near,
    name: `${near.name}, 50 ms away`,
    endpoint,
    home,
    async [Symbol.asyncDispose]() {
      child.kill();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** A home where fedbucket remembers a connection made at a sandbox, which stays up, with another store and other keys in it. */
async function homeAt(s3Url: string, { accessKeyId, secretAccessKey }: Keys): Promise<Home> {
  const home = await makeHome();
  const cloud = await startCloud({ env: home.env, args: ["--memory"] });
  await mustRun([...fedbucket, "connect", "sandbox"], { env: { ...home.env, OIDC_ACCESS_TOKEN: await cloud.token() } });
  const file = join(home.env["FEDBUCKET_HOME"] ?? "", "state/profiles/sandbox.json");
  const { format, state } = JSON.parse(await readFile(file, "utf8")) as { format: number; state: RememberedState };
  state.endpoint.s3Url = s3Url;
  state.keys = { ...state.keys, accessKeyId, secretAccessKey: { secret: secretAccessKey } };
  await writeFile(file, JSON.stringify({ format, state }));
  return {
    ...home,
    async [Symbol.asyncDispose]() {
      await cloud[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

interface RememberedState {
  readonly endpoint: { s3Url: string };
  keys: object;
}

async function certificate(folder: string): Promise<readonly [key: string, certificate: string]> {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")] as const;
  const options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost";
  const names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert];
  const { code, stderr } = await run(["openssl", ...options.split(" "), ...names], { env: { PATH: "/usr/bin:/bin" } });
  if (code !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
  return [key, cert];
}
