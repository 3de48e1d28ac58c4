import { bearerRefused, json, KeystoneRefusal, notFound, unauthorized } from "../answers.ts";
import { tokenDocument } from "../documents.ts";
import { identityProvider, mapGroups, protocol } from "../projects.ts";
import type { Operation } from "./call.ts";

/** Keystone's default, `[token] expiration`. */
export const tokenLifeMs: number = 60 * 60 * 1000;

/**
 * Exchanges an access token for an unscoped token, and renews the memberships that EC2 credentials count on.
 *
 * @see Identity API v3, OS-FEDERATION, "Request an unscoped OS-FEDERATION token"
 */
export const federatedAuth: Operation = async (context, { request, path }) => {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers["authorization"] ?? "")?.[1];
  if (bearer === undefined) return bearerRefused("invalid_request", "No bearer token found in the request");
  const caller = await context.introspect(bearer);
  if (caller === undefined) return bearerRefused("invalid_token", "Reference token could not be introspected");
  if (path["idp"] !== identityProvider) throw notFound("Identity Provider", String(path["idp"]));
  if (path["protocol"] !== protocol) throw unsupportedMethod();
  const groups = mapGroups(caller.entitlements);
  if (groups.length === 0) throw unauthorized(); // the mapping matched nothing
  const { state, tokens, authorizationTtlSeconds: ttl, now } = context;
  const until = ttl === 0 ? undefined : new Date(now().getTime() + ttl * 1000);
  const user = state.recordLogin(caller.sub, groups, until);
  const expiresAt = new Date(Math.floor((now().getTime() + tokenLifeMs) / 1000) * 1000);
  const { id, token } = tokens.issue({ methods: [protocol], user, groups, expiresAt });
  return json(201, { token: tokenDocument(token, undefined) }, { "X-Subject-Token": id });
};

export function unsupportedMethod(): KeystoneRefusal {
  return new KeystoneRefusal(401, "Attempted to authenticate with an unsupported method.");
}
