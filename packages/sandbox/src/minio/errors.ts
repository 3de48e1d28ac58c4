/** A refusal of the STS; the message is shown to the client. */
export class StsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StsError";
    this.code = code;
    this.status = status;
  }
}
