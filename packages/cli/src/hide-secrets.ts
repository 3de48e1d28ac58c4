import { redactUrl } from "@fedbucket/client";

/** JSON Web Tokens, whole or cut short, and Keystone's Fernet tokens. */
const tokens = /\beyJ[\w-]{10,}(?:\.[\w-]*)*|\bgAAAAA[\w=-]{20,}/g;

/** Addresses with a name and password in front of the host, and whatever has a query. */
const urls = /\w+:\/\/[^\s'"/]*@[^\s'"]*|[^\s'"]+\?[^\s'"]+/g;

/**
 * What somebody typed, as it may be repeated to them: a token or a signed link that was pasted in the wrong place must not end
 * up in a log or a screenshot.
 */
export const hideSecrets = (text: string): string => text.replace(urls, redactUrl).replace(tokens, "[secret]");
