import { parsePolicy } from "../access/policy.ts";
import { readWhole } from "../http/body.ts";
import type { Service, ServiceResponse } from "../http/service.ts";
import { document, element } from "../s3/xml.ts";
import { StsError } from "./errors.ts";
import type { MinioKeys, MinioKeyTable } from "./keys.ts";
import { granteeOf, type Issuer } from "./web-identity.ts";

const namespace = ' xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
const shortestSeconds = 15 * 60;
const longestSeconds = 365 * 24 * 3600;

/** The STS of MinIO: `AssumeRoleWithWebIdentity`, and no other action. */
export function stsService(issuer: Issuer, table: MinioKeyTable, now: () => Date): Service {
  return async (request) => {
    try {
      const form = new URLSearchParams((await readWhole(request)).toString());
      for (const [name, value] of request.query) if (!form.has(name)) form.set(name, value);
      return lent(await assumeRole(form), form);
    } catch (error) {
      if (error instanceof StsError) return refused(error);
      throw error;
    }
  };

  async function assumeRole(form: URLSearchParams): Promise<MinioKeys> {
    if (form.get("Version") !== "2011-06-15")
      throw new StsError(
        "MissingParameter",
        400,
        `Invalid STS API version ${form.get("Version")}, expecting 2011-06-15`,
      );
    const action = form.get("Action");
    if (action !== "AssumeRoleWithWebIdentity")
      throw new StsError("InvalidParameterValue", 400, `Unsupported action ${action}`);
    const { tokenEnds, ...grantee } = await granteeOf(issuer, form);
    const sessionPolicy = readSessionPolicy(form.get("Policy"));
    const ends = readEnd(form.get("DurationSeconds"), tokenEnds, now());
    return table.make({ ...grantee, ...(sessionPolicy === undefined ? {} : { sessionPolicy }) }, ends);
  }
}

/** As long as the token, unless another time is asked for. */
function readEnd(text: string | null, tokenEnds: Date, now: Date): Date {
  if (text === null) return tokenEnds;
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < shortestSeconds || seconds > longestSeconds)
    throw new StsError("InvalidParameterValue", 400, "invalid token expiry");
  return new Date(now.getTime() + seconds * 1000);
}

function readSessionPolicy(text: string | null): string | undefined {
  if (text === null || text === "") return undefined;
  try {
    parsePolicy(text, true);
  } catch (cause) {
    throw new StsError("InvalidParameterValue", 400, cause instanceof Error ? cause.message : "", { cause });
  }
  return text;
}

function lent(keys: MinioKeys, form: URLSearchParams): ServiceResponse {
  const credentials = [
    element("AccessKeyId", keys.accessKeyId),
    element("SecretAccessKey", keys.secretAccessKey),
    element("Expiration", keys.expiresAt?.toISOString().replace(/\.\d+Z$/, "Z") ?? ""),
    element("SessionToken", keys.sessionToken ?? ""),
  ].join("");
  const role = element("Arn", form.get("RoleArn") ?? "") + element("AssumeRoleId", "");
  const result = `<AssumedRoleUser>${role}</AssumedRoleUser><Credentials>${credentials}</Credentials>`;
  const content = `<AssumeRoleWithWebIdentityResult>${result}</AssumeRoleWithWebIdentityResult><ResponseMetadata></ResponseMetadata>`;
  return xml(200, document("AssumeRoleWithWebIdentityResponse", content, namespace));
}

function refused({ code, status, message }: StsError): ServiceResponse {
  const error = element("Type", "") + element("Code", code) + element("Message", message);
  return xml(status, document("ErrorResponse", `<Error>${error}</Error>${element("RequestId", "")}`, namespace));
}

const xml = (status: number, body: string): ServiceResponse => ({
  status,
  headers: { "Content-Type": "application/xml" },
  body,
});
