import { parseJson, readText } from "../body.ts";
import { Failure } from "../failure.ts";
import type { Http, HttpRequest, SendOptions } from "../http.ts";
import type { Site } from "./registry.ts";

/** What is looked at, in this order. */
export type SiteLook = "certificate" | "keystone" | "federation" | "store";

export interface SiteFinding {
  readonly look: SiteLook;
  /** Undefined: it could not be told without an account. */
  readonly ok: boolean | undefined;
  /** For people. */
  readonly detail: string;
  readonly ms: number;
}

/** What a server shows of itself before anything is asked. */
export interface Certificate {
  readonly issuer: string;
  readonly expiresAt: Date;
  /** Why this machine does not trust it, in OpenSSL's words; absent when it does. */
  readonly distrust?: string;
}

export interface CheckOptions extends SendOptions {
  readonly http: Http;
  readonly now: Date;
  /** Undefined where there is none to see: plain http, or a proxy in between. */
  readonly certificate: (url: string) => Promise<Certificate | undefined>;
  /** The Swift address, where somebody connected has learned it from the catalog. */
  readonly storageUrl?: string | undefined;
}

const dayMs = 24 * 60 * 60 * 1000;

/** How long before its end a certificate is worth a word: most operators renew a month ahead. */
const soonMs = 14 * dayMs;

/**
 * Looks at a site as anybody can: no account, no token. Each look stands for itself, so that one that fails hides
 * nothing; only what is behind a Keystone that cannot be reached is not asked for.
 */
export async function checkSite(site: Site, options: CheckOptions): Promise<SiteFinding[]> {
  const [certificate, keystone, store] = await Promise.all([
    timed("certificate", () => lookAtCertificate(site, options)),
    timed("keystone", () => lookAtKeystone(site, options)),
    timed("store", () => lookAtStore(options)),
  ]);
  if (keystone.ok !== true) return [certificate, keystone, store];
  return [certificate, keystone, await timed("federation", () => lookAtFederation(site, options)), store];
}

type Outcome = Pick<SiteFinding, "ok" | "detail">;

async function timed(look: SiteLook, work: () => Promise<Outcome>): Promise<SiteFinding> {
  const startedAt = performance.now();
  const outcome = await work().catch((error: unknown): Outcome => {
    if (error instanceof Failure) return { ok: false, detail: error.message };
    throw error;
  });
  return { look, ...outcome, ms: performance.now() - startedAt };
}

async function lookAtCertificate({ keystone }: Site, { certificate, now }: CheckOptions): Promise<Outcome> {
  const found = await certificate(keystone);
  if (found === undefined) return { ok: undefined, detail: "none to look at: no TLS, or a proxy in between" };
  const { issuer, expiresAt, distrust } = found;
  const until = expiresAt.toISOString().slice(0, 10);
  if (distrust !== undefined) return { ok: false, detail: `from ${issuer}, ${inWords(distrust)}` };
  const left = expiresAt.getTime() - now.getTime();
  const soon = left < soonMs ? `, in ${Math.floor(left / dayMs)} days` : "";
  return { ok: true, detail: `from ${issuer}, until ${until}${soon}` };
}

/** Grid sites are often certified by IGTF authorities, which operating systems do not ship. */
function inWords(distrust: string): string {
  if (/UNABLE_TO|SELF_SIGNED_CERT_IN_CHAIN|UNTRUSTED/.test(distrust))
    return "which is not known here; if it is an IGTF authority: --ca-bundle FILE";
  return distrust === "CERT_HAS_EXPIRED" ? "expired" : `not trusted (${distrust})`;
}

/** @see Identity API v3, "Show v3 API details" */
async function lookAtKeystone({ keystone }: Site, options: CheckOptions): Promise<Outcome> {
  const { status, text } = await ask(options, {
    method: "GET",
    url: keystone,
    headers: { accept: "application/json" },
  });
  const { version } = (parseJson(text) ?? {}) as { version?: { id?: unknown } };
  if (typeof version?.id !== "string") return { ok: false, detail: `status ${status}, not Keystone's version 3` };
  return { ok: true, detail: `${version.id}, ${release(version.id)}` };
}

/** @see Keystone's release notes: the API's minor version rose with these releases */
function release(id: string): string {
  const minor = Number(/^v3\.(\d+)/.exec(id)?.[1]);
  if (Number.isNaN(minor)) return "of an unknown release";
  return minor >= 14 ? "Ussuri or newer" : `older than Ussuri, so keys of federated users cannot be kept alive`;
}

/** Asked without a token: 401 says that such a provider is there, 404 that it is not. */
async function lookAtFederation({ keystone, protocol, auth }: Site, options: CheckOptions): Promise<Outcome> {
  if (auth === "v3applicationcredential") return { ok: undefined, detail: "application credentials only" };
  const tried: string[] = [];
  for (const name of protocol === undefined ? ["openid", "oidc"] : [protocol]) {
    const url = `${keystone}/OS-FEDERATION/identity_providers/egi.eu/protocols/${name}/auth`;
    const { status } = await ask(options, { method: "POST", url, headers: { accept: "application/json" } });
    if (status === 401 || (status >= 300 && status < 400)) return { ok: true, detail: `egi.eu by ${name}` };
    tried.push(`${name}: status ${status}`);
  }
  return { ok: false, detail: `no identity provider egi.eu (${tried.join(", ")})` };
}

/** @see OpenStack Object Storage API, "List activated capabilities"; Ceph RGW has it below `/swift` */
async function lookAtStore(options: CheckOptions): Promise<Outcome> {
  const { storageUrl } = options;
  if (storageUrl === undefined)
    return { ok: undefined, detail: "its address is in the catalog, which needs an account" };
  const root = storageUrl.replace(/\/v1(\/.*)?$/, "");
  const { status, text } = await ask(options, { method: "GET", url: `${root}/info`, headers: {} });
  const { swift } = (parseJson(text) ?? {}) as { swift?: { version?: unknown } };
  if (status !== 200 || swift === undefined) return { ok: false, detail: `status ${status} at ${root}/info` };
  return {
    ok: true,
    detail: `Swift ${typeof swift.version === "string" ? swift.version : "of an unknown version"} at ${root}`,
  };
}

async function ask(options: CheckOptions, request: HttpRequest): Promise<{ status: number; text: string }> {
  const { http, signal } = options;
  const response = await http.send(request, signal === undefined ? {} : { signal });
  return { status: response.status, text: await readText(response) };
}
