/** What has to be known to go on with an upload in parts. */
export interface UploadRecord {
  readonly uploadId: string;
  /** Of the file when the upload began. */
  readonly fingerprint: string;
  readonly partBytes: number;
  /** Whether its parts have CRC32s. Default: MD5s alone. */
  readonly hasCrc?: boolean;
}

/** Remembers uploads in parts until they are complete, beyond the end of the process. */
export interface Journal {
  /** @param name Says what is uploaded from where to where. Undefined also while another process is at it. */
  find(name: string): Promise<UploadRecord | undefined>;
  keep(name: string, record: UploadRecord): Promise<void>;
  forget(name: string): Promise<void>;
}

/** Remembers nothing. */
export const noJournal: Journal = {
  find: () => Promise.resolve(undefined),
  keep: () => Promise.resolve(),
  forget: () => Promise.resolve(),
};
