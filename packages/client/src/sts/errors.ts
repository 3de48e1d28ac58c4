import { readText } from "../body.ts";
import type { HttpResponse } from "../http.ts";
import { childOf, childText, parseXml } from "../xml.ts";

/** An error answer of an STS. */
export class StsError extends Error {
  /** The server's own word, `InvalidParameterValue` for example; `HTTP <status>` when what answered is no STS. */
  readonly code: string;
  readonly status: number;
  readonly requestId?: string;

  constructor(code: string, status: number, message: string, requestId?: string) {
    super(message);
    this.name = "StsError";
    this.code = code;
    this.status = status;
    if (requestId !== undefined) this.requestId = requestId;
  }
}

/** Reads an answer whose status says that it is an error. An S3 server without STS answers with an error of S3. */
export async function readStsError(response: HttpResponse): Promise<StsError> {
  const document = parseXml(await readText(response));
  const error = document?.name === "ErrorResponse" ? childOf(document, "Error") : undefined;
  const code = childText(error, "Code") ?? `HTTP ${response.status}`;
  const requestId = childText(document, "RequestId") ?? response.headers["x-amz-request-id"];
  return new StsError(code, response.status, childText(error, "Message") ?? "", requestId);
}
