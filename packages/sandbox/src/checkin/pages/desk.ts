import type { Provider } from "oidc-provider";
import type { ServiceRequest } from "../../http/service.ts";
import type { TokenIssuer } from "../issue.ts";
import type { People, Person } from "../people.ts";
import type { Sessions } from "../sessions.ts";

export const realm = "/auth/realms/egi";
export const loginPath: string = `${realm}/login`;
export const devicePath: string = `${realm}/device`;
export const approvalPath = "/registry/co_petitions";
/** The how-to's own paths. */
export const signUpPath = "/registry/co_petitions/start/coef:2";
export const enrolmentPath = "/registry/co_petitions/start/coef:386";
export const portalPath = "/token/";

/** What the pages work with. */
export interface Desk {
  readonly provider: Provider;
  readonly people: People;
  readonly sessions: Sessions;
  readonly issuer: TokenIssuer;
  readonly passphrase: string;
  readonly deviceGrant: boolean;
}

/** A request for a page, its form read and its sender known. */
export interface Visit {
  readonly request: ServiceRequest;
  readonly person: Person | undefined;
  readonly form: URLSearchParams;
}

/** A visit of somebody signed in. */
export interface MemberVisit extends Visit {
  readonly person: Person;
}
