/** Where and how to become a member of a VO. */
export interface Enrolment {
  readonly url: string;
  /** What to write where the form asks for a statement of purpose. Absent where it asks none. */
  readonly statement?: string;
}

const purpose = "To execute Jupyter notebooks during eScience Course as student (or mentor)";

/** Forms of the older registry, by issuer and VO. */
const forms: Readonly<Record<string, string>> = {
  "https://aai.egi.eu/auth/realms/egi vo.pangeo.eu": "https://aai.egi.eu/registry/co_petitions/start/coef:386",
  "https://aai-dev.egi.eu/auth/realms/egi vo.pangeo.eu": "https://aai-dev.egi.eu/registry/co_petitions/start/coef:290",
};

/**
 * The page on which a person asks to be let into a VO. `vo` may be the name of one of its projects; the VO is what comes
 * before the first hyphen after its last dot (`vo.pangeo.eu-swift`). The sandbox has the how-to's own page.
 */
export function enrolmentPage(issuer: string, vo: string, { sandbox = false } = {}): Enrolment {
  const group = vo.replace(/(\.[a-z]+)-[\w-]+$/, "$1");
  const { origin } = new URL(issuer);
  const form = sandbox ? `${origin}/registry/co_petitions/start/coef:386` : forms[`${issuer} ${group}`];
  if (form !== undefined) return { url: form, statement: purpose };
  return { url: `${origin}/auth/realms/id/account/#/enroll?groupPath=/${encodeURIComponent(group)}` };
}

/** The page that gives an access token to a signed-in person. */
export const tokenPortal = (issuer: string): string => `${new URL(issuer).origin}/token/`;
