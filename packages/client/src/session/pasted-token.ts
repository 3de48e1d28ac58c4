import { tokenShape, type TokenClaims } from "../oidc/token-shape.ts";
import type { Secret } from "../secret.ts";
import { chainFailure } from "./failures.ts";
import type { Profile } from "./profile.ts";

/** What a person handed over, recognised. */
export type PastedToken =
  | { readonly kind: "access"; readonly token: Secret; readonly claims: TokenClaims }
  | { readonly kind: "refresh"; readonly token: Secret; readonly clientId: string };

/** Where the text came from and when, to judge and to explain it. */
interface Origin {
  readonly profile: Profile;
  /** `OIDC_ACCESS_TOKEN`, `what you pasted`... */
  readonly source: string;
  readonly now: Date;
  /** The client that got a refresh token, where the person said so. */
  readonly clientId?: string | undefined;
}

/**
 * Recognises a token by its shape and refuses what cannot work, before it is sent anywhere.
 *
 * @throws Failure `TOKEN_EMPTY`, `TOKEN_TRUNCATED`, `TOKEN_MALFORMED`, `TOKEN_IS_*`, `TOKEN_EXPIRED`,
 * `TOKEN_NOT_YET_VALID`, `TOKEN_WRONG_ISSUER`, `TOKEN_NEEDS_CLIENT_ID`.
 */
export function recognise(text: string, origin: Origin): PastedToken {
  const shape = tokenShape(text);
  switch (shape.kind) {
    case "access-token":
      checkClaims(shape.claims, origin);
      return { kind: "access", token: shape.token, claims: shape.claims };
    case "refresh-token":
      checkClaims(shape.claims, origin);
      return refreshToken(shape.token, shape.claims.clientId ?? origin.clientId, origin);
    case "opaque":
      // Check-in's access tokens are JWTs: what is none is a refresh token, if anything.
      return refreshToken(shape.token, origin.clientId, origin);
    default:
      throw wrongShape(shape.kind, origin);
  }
}

function refreshToken(token: Secret, clientId: string | undefined, { source, profile }: Origin): PastedToken {
  if (clientId !== undefined) return { kind: "refresh", token, clientId };
  throw chainFailure("TOKEN_NEEDS_CLIENT_ID", `${source} is no access token of Check-in: those begin with eyJ`, {
    cure: [
      "If it is a refresh token, name the client that got it; no other can use it:",
      `fedbucket connect ${profile.name} --client-id ID --token-file FILE`,
      ...howToGetOne(profile, { byHand: true }),
    ],
  });
}

function checkClaims({ issuer, expiresAt, notBefore }: TokenClaims, { profile, source, now }: Origin): void {
  const again = howToGetOne(profile);
  if (issuer !== undefined && issuer !== profile.issuer) {
    throw chainFailure(
      "TOKEN_WRONG_ISSUER",
      `${source} is a token of ${issuer}; ${profile.name} needs one of ${profile.issuer}`,
      {
        cure: again,
      },
    );
  }
  if (expiresAt !== undefined && expiresAt <= now) {
    throw chainFailure("TOKEN_EXPIRED", `${source} holds a token that expired at ${expiresAt.toISOString()}`, {
      cure: again,
    });
  }
  // Clocks of servers differ by seconds; a minute is this machine's.
  if (notBefore !== undefined && notBefore.getTime() > now.getTime() + 60_000) {
    throw chainFailure(
      "TOKEN_NOT_YET_VALID",
      `${source} holds a token that is valid only from ${notBefore.toISOString()}`,
      {
        cure: ["This machine's clock is probably slow. Look at it: date -u"],
      },
    );
  }
}

type WrongShape = "keystone-token" | "s3-key" | "id-token" | "truncated-jwt" | "malformed" | "empty";

function wrongShape(kind: WrongShape, { profile, source }: Origin): Error {
  const cure = howToGetOne(profile);
  switch (kind) {
    case "keystone-token":
      return chainFailure("TOKEN_IS_KEYSTONE_TOKEN", `${source} is a Keystone token, not an access token of Check-in`, {
        cure,
      });
    case "s3-key":
      return chainFailure("TOKEN_IS_S3_KEY", `${source} looks like an S3 access key or secret, not an access token`, {
        cure: ["Keys are found or made for you, so none need to be typed.", ...cure],
      });
    case "id-token":
      return chainFailure("TOKEN_IS_ID_TOKEN", `${source} is an ID token, which says who you are but opens nothing`, {
        cure,
      });
    case "truncated-jwt":
      return chainFailure("TOKEN_TRUNCATED", `${source} is the beginning of a token; the rest is missing`, {
        cure: ["Tokens are long: use the copy button of the page, not the mouse.", ...cure],
      });
    case "malformed":
      return chainFailure("TOKEN_MALFORMED", `${source} is no token`, { cure });
    default:
      return chainFailure("TOKEN_EMPTY", `${source} is empty`, {
        cure: ["Backticks around a token make a shell run it as a command; type it without them.", ...cure],
      });
  }
}

/** The last line is a command to type. */
export function howToGetOne(profile: Profile, { byHand = false } = {}): string[] {
  if (profile.clientId !== undefined && !byHand) return [`Sign in again: fedbucket connect ${profile.name}`];
  return [
    `Get an access token at ${profile.portalUrl}, then:`,
    `fedbucket connect ${profile.name} --token-file -    (paste it, Enter, Ctrl-D)`,
  ];
}
