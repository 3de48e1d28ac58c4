import { randomInt } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { JWK } from "jose";
import { setting } from "../database.ts";
import type { Service } from "../http/service.ts";
import { storedJwtAccessTokens } from "./access-tokens.ts";
import { fullScope, releasedClaims } from "./claims.ts";
import { clientId, keystoneClientId, type PublicClient, type RelyingParty } from "./clients.ts";
import { tokenIssuer } from "./issue.ts";
import { loginPath, realm } from "./pages/desk.ts";
import { findPage } from "./pages/pages.ts";
import { providerPages } from "./pages/provider-pages.ts";
import { People, type Person } from "./people.ts";
import { createProvider } from "./provider.ts";
import { Sessions } from "./sessions.ts";
import { protocolEndpoints } from "./wire.ts";

export interface CheckinOptions {
  /** Scheme and authority the pages and endpoints are under. */
  readonly origin: string;
  readonly database: DatabaseSync;
  readonly signingKey: Promise<JWK>;
  /** Default 3600. */
  readonly accessTokenSeconds?: number;
  /** How often a device may ask; default 1, where Check-in says 5, so that nobody waits. */
  readonly deviceIntervalSeconds?: number;
  /** Default true. */
  readonly deviceGrant?: boolean;
  /** Default: none but Keystone. */
  readonly relyingParties?: readonly RelyingParty[];
  /** Default: fedbucket's, and those of its tools. */
  readonly publicClients?: readonly PublicClient[];
}

/** Whom an access token speaks for, as an introspecting relying party sees it. */
interface FederatedUser {
  readonly sub: string;
  readonly entitlements: readonly string[];
}

export interface Checkin {
  readonly issuer: string;
  /** The public client registered for fedbucket. */
  readonly clientId: string;
  readonly people: People;
  readonly passphrase: string;
  /** A confidential client, for a Keystone behind mod_auth_openidc. */
  readonly relyingParty: { readonly clientId: string; readonly clientSecret: string };
  /** Answers what is Check-in's; undefined for any other path. */
  readonly find: (request: Parameters<Service>[0]) => (() => ReturnType<Service>) | undefined;
  /** A fresh access token of a person, as the portal gives it, but for fedbucket's client. */
  token(person: Person): Promise<string>;
  /** Undefined when the token is unknown, expired or revoked. */
  introspect(accessToken: string): Promise<FederatedUser | undefined>;
  /** What userinfo says; undefined when the token is unknown, expired or revoked. */
  userinfo(accessToken: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** The claims of any JWT of this issuer; rejects for another, and for one that has expired. */
  verify(token: string): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * EGI Check-in for one machine.
 *
 * Gaps against the real one: no token exchange, client credentials or dynamic registration; no parametric scopes; no
 * identity providers behind it; consent is the device page or the login itself; unknown scopes are dropped, not refused.
 */
export async function createCheckin(options: CheckinOptions): Promise<Checkin> {
  const { origin, database, deviceGrant = true } = options;
  const issuer = origin + realm;
  const signingKey = await options.signingKey;
  const people = new People(database);
  const keystoneSecret = setting(database, "keystone-client-secret", () => words(6));
  const passphrase = setting(database, "passphrase", () => words(4));
  const provider = createProvider({
    issuer,
    database,
    people,
    signingKey,
    keystoneSecret,
    relyingParties: options.relyingParties ?? [],
    publicClients: options.publicClients ?? [],
    deviceGrant,
    accessTokenSeconds: options.accessTokenSeconds ?? 3600,
    deviceIntervalSeconds: options.deviceIntervalSeconds ?? 1,
    pages: providerPages(loginPath),
  });
  const tokens = await storedJwtAccessTokens(provider, signingKey);
  const issuing = tokenIssuer(provider);
  const desk = { provider, people, sessions: new Sessions(provider, people), issuer: issuing, passphrase, deviceGrant };
  const endpoints = protocolEndpoints(provider, tokens, realm);
  return {
    issuer,
    clientId,
    people,
    passphrase,
    relyingParty: { clientId: keystoneClientId, clientSecret: keystoneSecret },
    find(request) {
      return findPage(desk, request) ?? (request.path.startsWith(`${realm}/`) ? () => endpoints(request) : undefined);
    },
    async token(person) {
      return (await issuing.issue(person, clientId, fullScope)).accessToken;
    },
    async introspect(accessToken) {
      const live = await tokens.find(accessToken);
      const person = live && people.find(live.sub);
      if (live === undefined || person === undefined) return undefined;
      const released = live.scopes.has("eduperson_entitlement") || live.scopes.has("entitlements");
      return { sub: person.sub, entitlements: released ? person.entitlements : [] };
    },
    async userinfo(accessToken) {
      const live = await tokens.find(accessToken);
      const person = live && people.find(live.sub);
      return live && person && releasedClaims(person, live.scopes);
    },
    verify: (token) => tokens.verify(token),
  };
}

/** Groups of four consonant-vowel letters, 12.6 bits each: easy to read out and type. */
function words(groups: number): string {
  const letter = (letters: string): string => letters.charAt(randomInt(letters.length));
  const syllable = (): string => letter("bdfghjklmnprstvz") + letter("aeiou");
  return Array.from({ length: groups }, () => syllable() + syllable()).join("-");
}
