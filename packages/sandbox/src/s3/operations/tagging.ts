import { readDocument } from "../body/payload.ts";
import { emptyResponse, xmlResponse, type BucketCall, type Operation } from "../call.ts";
import { S3Error } from "../errors.ts";
import { checkTags, readTagQuery, writeTagQuery } from "../tags.ts";
import { children, element, parse, textOf } from "../xml.ts";
import type { ServiceResponse } from "../../http/service.ts";

export const getBucketTagging: Operation = async ({ record: { headers } }) => {
  if (headers["tagging"] === undefined) throw new S3Error("NoSuchTagSet");
  return tagging(headers["tagging"]);
};

export const putBucketTagging: Operation = async (call) => {
  await call.storage.updateBucket(call.bucket, { tagging: await wantedTags(call, "bucket") });
  return emptyResponse(200);
};

export const deleteBucketTagging: Operation = async ({ storage, bucket }) => {
  await storage.updateBucket(bucket, { tagging: "" });
  return emptyResponse(200);
};

export const getObjectTagging: Operation = async ({ storage, bucket, key }) => {
  const { traits } = await storage.stat(bucket, key);
  return tagging(traits?.tags ?? "");
};

export const putObjectTagging: Operation = async (call) => {
  await setTags(call, await wantedTags(call, "object"));
  return emptyResponse(200);
};

export const deleteObjectTagging: Operation = async (call) => {
  await setTags(call, "");
  return emptyResponse(204);
};

async function setTags({ storage, bucket, key }: BucketCall, tags: string): Promise<void> {
  const object = await storage.stat(bucket, key);
  const { tags: _, ...traits } = object.traits ?? {};
  await storage.updateObject(bucket, key, { ...object, traits: tags === "" ? traits : { ...traits, tags } });
}

async function wantedTags(call: BucketCall, kind: "bucket" | "object"): Promise<string> {
  const sets = children(parse(await readDocument(call.payload), "Tagging"), "TagSet");
  const tags = sets
    .flatMap((set) => children(set, "Tag"))
    .map((tag) => [textOf(tag, "Key") ?? "", textOf(tag, "Value") ?? ""] as const);
  return writeTagQuery(checkTags(tags, kind));
}

function tagging(query: string): ServiceResponse {
  const tags = readTagQuery(query).map(([key, value]) => `<Tag>${element("Key", key)}${element("Value", value)}</Tag>`);
  return xmlResponse("Tagging", `<TagSet>${tags.join("")}</TagSet>`);
}
