import type { Person } from "./people.ts";

/**
 * Which claims a scope releases, at userinfo and introspection.
 *
 * @see https://docs.egi.eu/providers/check-in/sp/ "Claims"
 */
export const claimsOfScope: Record<string, string[]> = {
  openid: ["sub", "voperson_id"],
  profile: ["name", "given_name", "family_name", "preferred_username"],
  email: ["email", "email_verified", "voperson_verified_email"],
  voperson_id: ["voperson_id"],
  eduperson_unique_id: ["eduperson_unique_id"],
  eduperson_assurance: ["eduperson_assurance"],
  eduperson_scoped_affiliation: ["eduperson_scoped_affiliation", "voperson_external_affiliation"],
  eduperson_entitlement: ["eduperson_entitlement"],
  entitlements: ["entitlements"],
};

/** What the token portal and `sandbox token` ask for: everything Check-in releases. */
export const fullScope: string = [...Object.keys(claimsOfScope), "offline_access"].join(" ");

export function allClaims(person: Person): Record<string, unknown> & { sub: string } {
  const [given = person.name, ...rest] = person.name.split(" ");
  return {
    sub: person.sub,
    voperson_id: person.sub,
    eduperson_unique_id: person.sub,
    name: person.name,
    given_name: given,
    family_name: rest.join(" "),
    preferred_username: person.username,
    email: person.email,
    email_verified: true,
    voperson_verified_email: [person.email],
    eduperson_assurance: ["https://refeds.org/assurance", "https://aai.egi.eu/LoA#Low"],
    eduperson_scoped_affiliation: ["member@example.org"],
    voperson_external_affiliation: ["member@example.org"],
    eduperson_entitlement: person.entitlements,
    entitlements: person.entitlements,
  };
}

/** The claims that these scopes release. */
export function releasedClaims(person: Person, scopes: ReadonlySet<string>): Record<string, unknown> {
  const all = allClaims(person);
  const names = [...scopes].flatMap((scope) => claimsOfScope[scope] ?? []);
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}
