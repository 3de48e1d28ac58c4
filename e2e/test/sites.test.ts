import { createServer } from "node:https";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { personAtSandbox, type PersonAtSandbox } from "../harness/person.ts";
import { type StandIn, standIn } from "../harness/stand-in.ts";

const id = "0123456789abcdef0123456789abcdef";

const hill = `---
gocdb: HILL-CLOUD
endpoint: https://keystone.hill.example:5000/v3/
vos:
  - name: vo.hill.example
    auth:
      project_id: ${id}
`;

/** A federation that is in good order, but for what a test changes. */
function federation(pages: Parameters<typeof standIn>[0] = {}): Promise<StandIn> {
  return standIn({
    "/contents/sites": JSON.stringify([
      { name: "HILL-CLOUD.yaml", download_url: "ORIGIN/HILL-CLOUD.yaml" },
      { name: "README.md", download_url: "ORIGIN/README.md" },
    ]),
    "/HILL-CLOUD.yaml": hill,
    "/gocdb/":
      '<?xml version="1.0"?><results><SERVICE_ENDPOINT PRIMARY_KEY="1"><SITENAME>HILL-CLOUD</SITENAME>' +
      "<URL>https://keystone.hill.example:5000/v3</URL><IN_PRODUCTION>Y</IN_PRODUCTION></SERVICE_ENDPOINT></results>",
    "/is/": JSON.stringify([
      { name: "DALE", url: "https://dale.example/v3", id: "1", projects: [{ id, name: "vo.dale.example" }] },
    ]),
    ...pages,
  });
}

const update = (person: PersonAtSandbox, { origin }: StandIn): ReturnType<PersonAtSandbox["run"]> =>
  person.run(
    `site update --registry ${origin}/contents/sites --gocdb ${origin}/gocdb/ --information-system ${origin}/is/`,
  );

test("site list, show and vo list work as shipped, with no request", async () => {
  await using person = await personAtSandbox();
  const list = await person.run("site list");
  expect(list.stdout).toMatch(/^CESNET-MCCG2 +identity\.brno\.openstack\.cloud\.e-infra\.cz /m);
  expect(list.stderr).toContain("fedbucket site update");
  const show = await person.run("site show cesnet-mccg2");
  expect(show.stdout).toMatch(/vo\.pangeo\.eu-swift +dbec8bc99a474772a703a0513af98c91/);
  expect(show.stdout).toContain("goes there (shipped)");
  expect(list.stdout.trimEnd().split("\n")).toHaveLength(1 + 25); // every file of the registry
  expect((await person.run("vo list")).stdout).toMatch(/^vo\.pangeo\.eu +CESNET-MCCG2$/m);
  expect((await person.run("site list --vo vo.pangeo.eu --json")).stdout).toContain('"name":"CESNET-MCCG2"');
  expect(person.requests).toEqual([]);
});

test("site show of a name that is nearly right says what was meant", async () => {
  await using person = await personAtSandbox();
  const { code, stderr } = await person.run("site show CESNET-MCG2");
  expect(stderr).toContain("Did you mean CESNET-MCCG2?");
  expect((await person.run("site show cesnet")).stderr).toContain("Did you mean CESNET-MCCG2?");
  expect(code).toBe(5);
});

test("site update puts three sources together; a host from there gets no token unasked", async () => {
  await using person = await personAtSandbox();
  await using web = await federation();
  const { code, stderr } = await update(person, web);
  expect(stderr).toContain("New: DALE, HILL-CLOUD");
  expect(stderr).toMatch(/^Gone: BIFI, .*CESNET-MCCG2/m);
  expect(code).toBe(0);
  expect((await person.run("site list")).stdout).toMatch(/^HILL-CLOUD +keystone\.hill\.example:5000 +1 +yes$/m);
  expect((await person.run("vo list --site DALE")).stdout).toMatch(/^vo\.dale\.example +DALE$/m);
  expect((await person.run("site show DALE")).stdout).toContain("goes there after you confirmed it");

  const env = { OIDC_ACCESS_TOKEN: await person.sandbox.token() };
  const connect = await person.run(`connect --vo vo.hill.example --issuer ${person.sandbox.issuer}`, { env });
  expect(connect.stderr).toContain("keystone.hill.example:5000 is not a site fedbucket knows");
  expect(connect.code).toBe(4);
  expect(web.requests.map(({ headers }) => headers.authorization).filter(Boolean)).toEqual([]);
});

test("site update: files that are gone, broken or of another form are named, the others are taken", async () => {
  await using person = await personAtSandbox();
  await using web = await federation({
    "/contents/sites": JSON.stringify([
      { name: "HILL-CLOUD.yaml", download_url: "ORIGIN/HILL-CLOUD.yaml" },
      { name: "GONE.yaml", download_url: "ORIGIN/GONE.yaml" },
      { name: "ODD.yaml", download_url: "ORIGIN/ODD.yaml" },
      { name: "PLAIN.yaml", download_url: "ORIGIN/PLAIN.yaml" },
      { name: "THIEF.yaml", download_url: "https://elsewhere.example/THIEF.yaml" },
    ]),
    "/ODD.yaml": "gocdb: &odd ODD\n",
    "/PLAIN.yaml": "gocdb: PLAIN\nendpoint: http://plain.example:5000/v3\n",
    "/gocdb/": "<html>maintenance</html>",
    "/is/": { status: 503, body: "busy" },
  });
  const { code, stderr } = await update(person, web);
  expect(stderr).toContain("GONE.yaml answered with status 404");
  expect(stderr).toContain("ODD.yaml:");
  expect(stderr).toContain("PLAIN has no https address of a Keystone");
  expect(stderr).toMatch(/✗ GOCDB/);
  expect(stderr).toMatch(/✗ Information system/);
  expect(stderr).not.toContain("THIEF");
  expect(code).toBe(0);
  const { stdout } = await person.run("site list");
  expect(stdout).toContain("HILL-CLOUD");
  expect(stdout).toContain("CESNET-MCCG2"); // a registry with gaps takes nothing away
});

test("site update with no network: the list of before stays", async () => {
  await using person = await personAtSandbox();
  await using web = await standIn({});
  const { code, stderr } = await update(person, web);
  expect(stderr).toContain("none of the three sources could be read");
  expect(code).toBe(75);
  expect((await person.run("site list")).stdout).toContain("CESNET-MCCG2");
  await person.write("fedbucket/cache/sites.json", '{"format":1,"updated');
  expect((await person.run("site list")).stdout).toContain("CESNET-MCCG2");
});

test("site check: the sandbox as a site, without an account and without a token", async () => {
  await using person = await personAtSandbox();
  const { authUrl, storageUrl } = person.sandbox;
  person.forgetRequests();
  const { code, stdout } = await person.run(`site check ${authUrl} --store ${storageUrl}`);
  expect(stdout).toMatch(/✓ keystone +v3\.\d+, Ussuri or newer/);
  expect(stdout).toMatch(/✓ federation +egi\.eu by openid/);
  expect(stdout).toMatch(/✓ store +Swift /);
  expect(code).toBe(0);
  const unknown = await person.run(`site check ${authUrl}`);
  expect(unknown.stdout).toMatch(/- store +its address is in the catalog, which needs an account/);
});

test("site check: a page in the way, a store that is gone; the exit code tells a cron job", async () => {
  await using person = await personAtSandbox();
  await using web = await standIn({ "/v3": "<html>login</html>" });
  const { code, stdout, stderr } = await person.run(`site check ${web.origin} --store ${web.origin}/swift/v1 --json`);
  const [site] = (JSON.parse(stdout) as { sites: { ok: boolean; findings: { look: string; ok?: boolean }[] }[] }).sites;
  expect(site?.ok).toBe(false);
  expect(site?.findings.filter(({ ok }) => ok === false).map(({ look }) => look)).toEqual(["keystone", "store"]);
  expect(stderr).toContain("SITE_CHECK_FAILED");
  expect(code).toBe(1);
});

test("site check: a certificate of an authority that is not known here, and of one that is given", async () => {
  await using person = await personAtSandbox();
  const file = (name: string): string =>
    fileURLToPath(new URL(`../../packages/client/test/node/tls/${name}`, import.meta.url));
  const version = JSON.stringify({ version: { id: "v3.13", status: "stable" } });
  const server = createServer(
    { key: readFileSync(file("server.key")), cert: readFileSync(file("server.pem")) },
    (_, to) => to.end(version),
  );
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const site = `https://localhost:${(server.address() as AddressInfo).port}`;
  const stranger = await person.run(`site check ${site}`);
  expect(stranger.stdout).toMatch(/✗ certificate .*not known here; if it is an IGTF authority: --ca-bundle FILE/);
  const known = await person.run(`site check ${site} --ca-bundle ${file("ca.pem")}`);
  expect(known.stdout).toMatch(/✓ certificate +from .*, until \d{4}-/);
  expect(known.stdout).toContain("older than Ussuri");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
