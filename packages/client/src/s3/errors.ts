import { readText } from "../body.ts";
import type { HttpResponse } from "../http.ts";
import { childText, parseXml, type XmlElement } from "../xml.ts";

/** An error answer of an S3 server. `message` is the server's own and often empty: RGW sends none. */
export class S3Error extends Error {
  /**
   * The server's own word, `NoSuchKey` for example; `HTTP <status>` when the answer had no body that says more;
   * `NotS3` and `BadAnswer` for what is no answer of S3's.
   */
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
  const text = await readText(response);
  const said = errorIn(parseXml(text), response);
  if (said !== undefined) return said;
  // In front of stores in trouble there are servers that say so by a page.
  const isTrouble = response.status >= 500 || response.status === 429;
  if (isPage(text) && !isTrouble) return notS3(response);
  return new S3Error(`HTTP ${response.status}`, response.status, "", idOf(response));
}

/** Reads an answer that has nothing to say but that it worked. */
export async function readDone(response: HttpResponse): Promise<void> {
  if (response.status >= 300) throw await readS3Error(response);
  checkNoPage(await readText(response), response);
}

/** Where an answer need not say anything. */
export function checkNoPage(text: string, response: HttpResponse): void {
  if (isPage(text)) throw notS3(response);
}

/** Reads an answer whose document has this name. `what` it is, for the error that says that it is something else. */
export async function readDocument(response: HttpResponse, name: string, what: string): Promise<XmlElement> {
  if (response.status !== 200) throw await readS3Error(response);
  const text = await readText(response);
  const document = parseXml(text);
  if (document?.name === name) return document;
  throw otherAnswer(text, what, response);
}

/** An answer that is another document than `what` was asked for, or none. */
export function otherAnswer(text: string, what: string, response: HttpResponse): S3Error {
  return isPage(text) ? notS3(response) : badAnswer(what, response);
}

/** A proxy, the login page of a network, or a server that has Swift alone. */
const isPage = (text: string): boolean => /^\s*<(!doctype )?html/i.test(text);

const notS3 = (response: HttpResponse): S3Error =>
  new S3Error("NotS3", response.status, `a web page (status ${response.status})`, idOf(response));

/** The error a document holds, if it is one: a multipart completion may fail with status 200. */
export function errorIn(document: XmlElement | undefined, response: HttpResponse): S3Error | undefined {
  const code = document?.name === "Error" ? childText(document, "Code") : undefined;
  if (code === undefined) return undefined;
  return new S3Error(code, response.status, childText(document, "Message") ?? "", idOf(response));
}

/** An answer that is no error and still not what the protocol says. */
export function badAnswer(what: string, response: HttpResponse): S3Error {
  if (/^text\/html/i.test(response.headers["content-type"] ?? "")) return notS3(response);
  return new S3Error("BadAnswer", response.status, `the server's answer lacks ${what}`, idOf(response));
}

function idOf(response: HttpResponse): { requestId?: string } {
  const requestId = response.headers["x-amz-request-id"] ?? response.headers["x-openstack-request-id"];
  return requestId === undefined ? {} : { requestId };
}
