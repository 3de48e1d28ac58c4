export type StorageOpenErrorCode =
  /** Another process, or another storage of this one, has the folder open. */
  | "IN_USE"
  /** Written by a later version of this program. */
  | "NEWER_FORMAT"
  /** The index is not one of ours, or is damaged. */
  | "DAMAGED"
  /** The folder cannot be made, read or written. */
  | "NO_ACCESS";

/** Why a folder cannot be opened as a storage. */
export class StorageOpenError extends Error {
  readonly code: StorageOpenErrorCode;

  constructor(code: StorageOpenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StorageOpenError";
    this.code = code;
  }
}
