import { readWhole } from "../http/body.ts";
import type { ServiceResponse } from "../http/service.ts";
import { enterContainer } from "./access.ts";
import type { Call, Operate } from "./call.ts";
import { asSwiftError } from "./errors.ts";
import { contentTypes, xmlElements, xmlText } from "./format.ts";
import { decodeName } from "./target.ts";

/** Most bytes of a list of names: 10,000 of the longest. */
const maxListBytes = 16 * 1024 * 1024;

/** What a bulk deletion did. Names that are not there count as well as done. */
export interface BulkOutcome {
  deleted: number;
  missing: number;
  readonly failures: { readonly path: string; readonly status: number }[];
}

/** Removes the objects, and empty containers, that the body lists one on a line, percent-encoded. */
export const bulkDelete: Operate = async (call) => {
  const text = (await readWhole(call.request, maxListBytes)).toString();
  const paths = text.split(/\r?\n/).flatMap((line) => line.trim() || []);
  return bulkResponse(call, await removeAll(call, paths));
};

/** Paths are `[/]container[/object]`, percent-encoded. */
export async function removeAll(call: Call, paths: readonly string[]): Promise<BulkOutcome> {
  const outcome: BulkOutcome = { deleted: 0, missing: 0, failures: [] };
  for (const path of paths) {
    const [, container = "", object = ""] = /^\/?([^/]*)\/?(.*)$/s.exec(path) ?? [];
    const status = await remove({ ...call, container: decodeName(container), object: decodeName(object) });
    if (status === 204) outcome.deleted += 1;
    else if (status === 404) outcome.missing += 1;
    else outcome.failures.push({ path: `${decodeName(container)}/${decodeName(object)}`, status });
  }
  return outcome;
}

/** The status it would have by itself. */
async function remove(call: Call): Promise<number> {
  const { storage, container, object } = call;
  try {
    await enterContainer(call, object === "" ? "s3:DeleteBucket" : "s3:DeleteObject", object);
    if (object !== "") return (await storage.remove(container, object)) ? 204 : 404;
    await storage.removeBucket(container);
    return 204;
  } catch (error) {
    const failure = asSwiftError(error);
    if (failure === undefined) throw error;
    return failure.status;
  }
}

const words: Readonly<Record<number, string>> = {
  200: "200 OK",
  400: "400 Bad Request",
  401: "401 Unauthorized",
  403: "403 Forbidden",
  409: "409 Conflict",
};
const inWords = (status: number): string => words[status] ?? String(status);

/** Always a 200: what became of it is in the body. See `bulkdelete_respond` in rgw_rest_swift.cc. */
export function bulkResponse({ format }: Call, outcome: BulkOutcome): ServiceResponse {
  const nothing = outcome.deleted + outcome.missing + outcome.failures.length === 0;
  const refused = outcome.failures.map(({ status }) => status);
  const status = nothing
    ? 400
    : (refused.find((one) => one !== 403 && one !== 401) ?? (refused.length > 0 ? 400 : 200));
  const told = { ...outcome, status: inWords(status), body: nothing ? "Invalid bulk delete." : "" };
  return { status: 200, headers: { "Content-Type": contentTypes[format] }, body: writers[format](told) };
}

interface Told extends BulkOutcome {
  readonly status: string;
  readonly body: string;
}

const writers = {
  json: ({ deleted, missing, body, status, failures }: Told): string =>
    JSON.stringify({
      "Number Deleted": deleted,
      "Number Not Found": missing,
      "Response Body": body,
      "Response Status": status,
      Errors: failures.map((failure) => [failure.path, inWords(failure.status)]),
    }),
  plain: ({ deleted, missing, body, status, failures }: Told): string =>
    [
      `Number Deleted: ${deleted}`,
      `Number Not Found: ${missing}`,
      `Response Body: ${body}`,
      `Response Status: ${status}`,
      "Errors: ",
      ...failures.map((failure) => `${failure.path}, ${inWords(failure.status)}`),
      "",
    ].join("\n"),
  xml: ({ deleted, missing, body, status, failures }: Told): string => {
    const counts = xmlElements({ number_deleted: deleted, number_not_found: missing, response_body: body });
    const errors = failures.map(
      (failure) => `<object><name>${xmlText(failure.path)}</name><status>${inWords(failure.status)}</status></object>`,
    );
    return `<delete>${counts}<response_status>${status}</response_status><errors>${errors.join("")}</errors></delete>`;
  },
};
