import { readText } from "../body.ts";
import { discard, type HttpResponse } from "../http.ts";
import { childText, parseXml, type XmlElement } from "../xml.ts";

/** An error answer of an S3 server. `message` is the server's own and often empty: RGW sends none. */
export class S3Error extends Error {
  /** The server's own word, `NoSuchKey` for example; `HTTP <status>` when the answer had no body that says more. */
  readonly code: string;
  readonly status: number;
  readonly requestId?: string;

  constructor(code: string, status: number, message: string, options: ErrorOptions & { requestId?: string } = {}) {
    super(message, options);
    this.name = "S3Error";
    this.code = code;
    this.status = status;
    if (options.requestId !== undefined) this.requestId = options.requestId;
  }
}

/** Reads an answer whose status says that it is an error. Answers to HEAD, and of proxies, have no code. */
export async function readS3Error(response: HttpResponse): Promise<S3Error> {
  const document = parseXml(await readText(response));
  return errorIn(document, response) ?? new S3Error(`HTTP ${response.status}`, response.status, "", idOf(response));
}

/** Reads an answer that has nothing to say but that it worked. */
export async function readDone(response: HttpResponse): Promise<void> {
  if (response.status >= 300) throw await readS3Error(response);
  await discard(response.body);
}

/** The error a document holds, if it is one: a multipart completion may fail with status 200. */
export function errorIn(document: XmlElement | undefined, response: HttpResponse): S3Error | undefined {
  const code = document?.name === "Error" ? childText(document, "Code") : undefined;
  if (code === undefined) return undefined;
  return new S3Error(code, response.status, childText(document, "Message") ?? "", idOf(response));
}

/** An answer that is no error and still not what the protocol says. */
export function badAnswer(what: string, response: HttpResponse): S3Error {
  return new S3Error("BadAnswer", response.status, `the server's answer lacks ${what}`, idOf(response));
}

function idOf(response: HttpResponse): { requestId?: string } {
  const requestId = response.headers["x-amz-request-id"] ?? response.headers["x-openstack-request-id"];
  return requestId === undefined ? {} : { requestId };
}
