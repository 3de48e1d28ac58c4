import type { Fault, FaultEvent, FaultFunction, ServiceResponse } from "@fedbucket/sandbox";

/** A fault that can be switched on while the sandbox runs, so that a connection is made before it breaks. */
export interface Switch {
  readonly fault: FaultFunction;
  break(name: FaultName): void;
  mend(): void;
}

export function faultSwitch(): Switch {
  let current: FaultFunction | undefined;
  return {
    fault: (event) => current?.(event),
    break: (name) => void (current = faults[name]()),
    mend: () => void (current = undefined),
  };
}

type Where = (event: FaultEvent) => boolean;

const before =
  (path: RegExp): Where =>
  (event) =>
    event.moment === "request" && path.test(event.request.path);
const after =
  (path: RegExp): Where =>
  (event) =>
    event.moment === "response" && path.test(event.request.path);
const onStore: Where = (event) => event.moment === "request" && event.listener === "objects";

const where =
  (place: Where, fault: Fault): (() => FaultFunction) =>
  () =>
  (event) =>
    place(event) ? fault : undefined;

/** The first so many requests that fit fail, the next ones do not. */
const burst =
  (place: Where, times: number, fault: Fault): (() => FaultFunction) =>
  () => {
    let left = times;
    return (event) => (place(event) && left-- > 0 ? fault : undefined);
  };

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Fault => ({
  answer: { status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) },
});

const s3Error = (status: number, code: string): Fault => ({
  answer: {
    status,
    headers: { "Content-Type": "application/xml" },
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message></Message></Error>`,
  },
});

/** What the login page of a hotel's network says, to every question. */
const webPage: ServiceResponse = {
  status: 200,
  headers: { "Content-Type": "text/html" },
  body: "<html><body><h1>Welcome to our network</h1></body></html>",
};

const twoHoursAgo = (): string => new Date(Date.now() - 7_200_000).toUTCString();

const keystone401 = json(401, { error: { code: 401, message: "The request you have made requires authentication." } });
const overloaded: Fault = { answer: { status: 503, headers: {}, body: "" } };

const keystone = before(/^\/v3/);
const federated = before(/OS-FEDERATION/);
const issuer = before(/^\/auth\/realms/);

/** Everything that breaks a link of the chain, by name. */
export const faults = {
  "issuer: a proxy answers": where(issuer, { answer: webPage }),
  "issuer: connections are reset": where(issuer, { reset: true }),
  "issuer: refresh token revoked": where(
    (event) => before(/\/token$/)(event) && event.request.method === "POST",
    json(400, { error: "invalid_grant" }),
  ),
  "issuer: access token revoked": where(
    before(/\/userinfo$/),
    json(401, { error: "invalid_token" }, { "WWW-Authenticate": 'Bearer error="invalid_token"' }),
  ),
  "issuer: the code has expired": where(before(/\/token$/), json(400, { error: "expired_token" })),
  "issuer: silent": where(issuer, { delayMs: 20_000 }),
  "identity: down": where((event) => event.moment === "request" && event.listener === "identity", { reset: true }),
  "keystone: refuses the token": where(federated, {
    answer: { status: 401, headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' }, body: "<html></html>" },
  }),
  "keystone: mapping refuses": where(federated, keystone401),
  "keystone: unknown protocol": where(
    federated,
    json(401, { error: { code: 401, message: "Attempted to authenticate with an unsupported method." } }),
  ),
  "keystone: unknown provider": where(
    federated,
    json(404, { error: { code: 404, message: "Could not find Identity Provider: egi.eu." } }),
  ),
  "keystone: overloaded": where(keystone, overloaded),
  "keystone: overloaded for a moment": burst(keystone, 2, overloaded),
  "keystone: connections are reset": where(keystone, { reset: true }),
  "keystone: a proxy answers": where(keystone, { answer: webPage }),
  "keystone: silent": where(keystone, { delayMs: 20_000 }),
  "keystone: slow": where(keystone, { delayMs: 300 }),
  "keystone: calls it a bad request": where(
    federated,
    json(400, { error: { code: 400, message: "Expecting to find something else." } }),
  ),
  "keystone: forbids making keys": where(
    (event) => before(/OS-EC2$/)(event) && event.request.method === "POST",
    json(403, { error: { code: 403, message: "You are not authorized to perform the requested action." } }),
  ),
  "keystone: no role in the project": where(before(/^\/v3\/auth\/tokens/), keystone401),
  "keystone: no projects": () => projectsAre([]),
  "keystone: two projects": () =>
    projectsAre(["one", "two"].map((name, at) => ({ id: String(at).repeat(32), name, domain_id: "d" }))),
  "keystone: the project is gone": () => projectsAre([{ id: "f".repeat(32), name: "vo.other.eu", domain_id: "d" }]),
  "catalog: no object store": changedCatalog((services) => services.filter(({ type }) => type !== "object-store")),
  "catalog: object stores of two regions": changedCatalog((services) =>
    inStores(services, ({ endpoints }) => [...endpoints, ...endpoints.map((one) => ({ ...one, region: "elsewhere" }))]),
  ),
  "catalog: an address of no known form": changedCatalog((services) =>
    inStores(services, ({ endpoints }) => endpoints.map((one) => ({ ...one, url: "https://store.example.org/own" }))),
  ),
  "store: Swift only": where((event) => onStore(event) && !event.request.path.startsWith("/swift"), {
    answer: { status: 404, headers: { "Content-Type": "text/html" }, body: "<html><h1>Not Found</h1></html>" },
  }),
  "store: a proxy answers": where(onStore, { answer: webPage }),
  "store: overloaded": where(onStore, overloaded),
  "store: overloaded for a moment": burst(onStore, 2, s3Error(503, "SlowDown")),
  "store: connections are reset": where(onStore, { reset: true }),
  "store: silent": where(onStore, { delayMs: 20_000 }),
  "store: refuses the keys": where(
    (event) => onStore(event) && event.request.headers["authorization"] !== undefined,
    s3Error(403, "SignatureDoesNotMatch"),
  ),
  "sts: refuses in a way of its own": where(
    (event) => event.moment === "request" && event.listener === "minio" && event.request.method === "POST",
    {
      answer: {
        status: 400,
        headers: { "Content-Type": "application/xml" },
        body: "<ErrorResponse><Error><Code>MalformedPolicyDocument</Code><Message>too long</Message></Error></ErrorResponse>",
      },
    },
  ),
  "everywhere: the clock is two hours behind": () => (event) =>
    event.moment === "response"
      ? { answer: { ...event.response, headers: { ...event.response.headers, Date: twoHoursAgo() } } }
      : undefined,
  "store: the quota is full": where(
    (event) => onStore(event) && event.request.method === "PUT",
    s3Error(403, "QuotaExceeded"),
  ),
} as const satisfies Record<string, () => FaultFunction>;

export type FaultName = keyof typeof faults;

/** The person is let in, and has these projects and no other. */
function projectsAre(projects: readonly unknown[]): FaultFunction {
  const listed = json(200, { projects, links: { next: null, previous: null } });
  return (event) => {
    if (before(/^\/v3\/auth\/projects/)(event)) return listed;
    return before(/^\/v3\/auth\/tokens/)(event) ? keystone401 : undefined;
  };
}

interface CatalogEndpoint {
  readonly region: string;
  readonly url: string;
}
interface CatalogService {
  readonly type: string;
  readonly endpoints: readonly CatalogEndpoint[];
}

/** As sites answer whose operator wrote the catalog otherwise. */
function changedCatalog(change: (services: readonly CatalogService[]) => readonly CatalogService[]) {
  return (): FaultFunction => (event) => {
    if (!after(/^\/v3\/auth\/tokens/)(event) || event.moment !== "response") return undefined;
    const { response } = event;
    if (typeof response.body !== "string") return undefined;
    const { token } = JSON.parse(response.body) as { token?: { catalog?: readonly CatalogService[] } };
    if (token?.catalog === undefined) return undefined;
    return { answer: { ...response, body: JSON.stringify({ token: { ...token, catalog: change(token.catalog) } }) } };
  };
}

const inStores = (
  services: readonly CatalogService[],
  change: (store: CatalogService) => readonly CatalogEndpoint[],
): CatalogService[] =>
  services.map((service) => (service.type === "object-store" ? { ...service, endpoints: change(service) } : service));
