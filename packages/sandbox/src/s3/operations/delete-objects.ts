import { may } from "../access.ts";
import { readDocument } from "../body/payload.ts";
import { xmlResponse, type Operation } from "../call.ts";
import { S3Error, toS3Error } from "../errors.ts";
import { children, element, parse, textOf } from "../xml.ts";

const MAX_KEYS = 1000;

/** Deletes up to 1000 keys at once; each has its own outcome. */
export const deleteObjects: Operation = async (call) => {
  const document = parse(await readDocument(call.payload), "Delete");
  const keys = children(document, "Object").map((object) => textOf(object, "Key") ?? "");
  if (keys.length === 0 || keys.length > MAX_KEYS || keys.includes("")) throw new S3Error("MalformedXML");
  const isQuiet = textOf(document, "Quiet")?.trim().toLowerCase() === "true";
  const outcomes = await Promise.all(keys.map((key) => remove(key)));
  return xmlResponse("DeleteResult", outcomes.join(""));

  async function remove(key: string): Promise<string> {
    try {
      if (!may({ ...call, key }, "s3:DeleteObject")) throw new S3Error("AccessDenied");
      await call.storage.remove(call.bucket, key);
      return isQuiet ? "" : `<Deleted>${element("Key", key)}</Deleted>`;
    } catch (error) {
      const failure = toS3Error(error);
      if (failure === undefined) throw error;
      const { code, message } = failure;
      return `<Error>${element("Key", key)}${element("Code", code)}${element("Message", message)}</Error>`;
    }
  }
};
