import type { Request } from "./request.ts";

const json = { "content-type": "application/json" };
const tokenFor = (project: string, token = "{token}"): string =>
  JSON.stringify({
    auth: { identity: { methods: ["token"], token: { id: token } }, scope: { project: { id: project } } },
  });
const ec2 = "/users/{user}/credentials/OS-EC2";

export const identityRequests: readonly Request[] = [
  { step: "version", method: "GET", path: "", by: "nobody" },
  { step: "projects", method: "GET", path: "/auth/projects" },
  { step: "projects, nobody", method: "GET", path: "/auth/projects", by: "nobody" },
  { step: "projects, unknown token", method: "GET", path: "/auth/projects", by: "a stranger" },
  { step: "catalog, nobody", method: "GET", path: "/auth/catalog", by: "nobody" },
  {
    step: "scope a token",
    method: "POST",
    path: "/auth/tokens",
    by: "nobody",
    headers: json,
    body: tokenFor("{project}"),
  },
  {
    step: "scope a token to an unknown project",
    method: "POST",
    path: "/auth/tokens",
    by: "nobody",
    headers: json,
    body: tokenFor("none"),
  },
  {
    step: "scope an unknown token",
    method: "POST",
    path: "/auth/tokens",
    by: "nobody",
    headers: json,
    body: tokenFor("{project}", "none"),
  },
  { step: "token, empty body", method: "POST", path: "/auth/tokens", by: "nobody", headers: json, body: "{}" },
  { step: "token, no JSON", method: "POST", path: "/auth/tokens", by: "nobody", headers: json, body: "{" },
  { step: "look at the token", method: "GET", path: "/auth/tokens", headers: { "x-subject-token": "{token}" } },
  { step: "head the token", method: "HEAD", path: "/auth/tokens", headers: { "x-subject-token": "{token}" } },
  { step: "look at an unknown token", method: "GET", path: "/auth/tokens", headers: { "x-subject-token": "none" } },
  {
    step: "make a key",
    method: "POST",
    path: ec2,
    headers: json,
    body: '{"tenant_id": "{project}"}',
    remember: { made: /"access": ?"(.*?)"/ },
  },
  { step: "look at a key", method: "GET", path: `${ec2}/{made}` },
  { step: "look at an unknown key", method: "GET", path: `${ec2}/none` },
  {
    step: "make a key for an unknown project",
    method: "POST",
    path: ec2,
    headers: json,
    body: '{"tenant_id": "none"}',
  },
  { step: "keys of somebody else", method: "GET", path: "/users/none/credentials/OS-EC2" },
  { step: "keys, nobody", method: "GET", path: ec2, by: "nobody" },
  { step: "delete a key", method: "DELETE", path: `${ec2}/{made}` },
  { step: "delete a key again", method: "DELETE", path: `${ec2}/{made}` },
  { step: "an unknown path", method: "GET", path: "/no/such/path" },
];
