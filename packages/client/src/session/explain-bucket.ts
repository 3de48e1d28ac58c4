import type { Failure } from "../failure.ts";
import { StoreError } from "../store/error.ts";
import { accessToken } from "./access-token.ts";
import type { Chain } from "./chain.ts";
import type { BucketDeed, Tried } from "./examine-bucket.ts";
import { askUserinfo } from "./explain.ts";
import { chainFailure, type FailureCode } from "./failures.ts";
import { within } from "./patience.ts";
import { prefixRule, usernameIn } from "./prefix-rule.ts";

const isDenial = (error: unknown): boolean =>
  error instanceof StoreError && (error.code === "STORE_DENIED" || error.code === "STORE_UNAUTHENTICATED");

const isCode = (error: unknown, code: StoreError["code"]): boolean =>
  error instanceof StoreError && error.code === code;

/** Whether the store said no, for a reason that lies in the bucket. */
export const isAnswer = (error: unknown): boolean =>
  isDenial(error) || isCode(error, "STORE_NO_BUCKET") || isCode(error, "STORE_QUOTA");

/** What is wrong with a bucket, from all that was tried in it; undefined when nothing was refused with the keys. */
export async function diagnose(chain: Chain, bucket: string, tried: readonly Tried[]): Promise<Failure | undefined> {
  const { profile } = chain;
  const signed = tried.filter(({ deed }) => !deed.startsWith("Unsigned"));
  const refused = signed.filter(({ error }) => isAnswer(error));
  const [first] = refused;
  if (first === undefined) return undefined;
  const failure = (code: FailureCode, message: string, cure: readonly string[]): Failure =>
    chainFailure(code, message, { cause: first.error, ...requestIdOf(first.error), cure });
  const may = (deed: BucketDeed): boolean => tried.some((one) => one.deed === deed && one.allowed === true);
  const mayNot = (deed: BucketDeed): boolean => refused.some((one) => one.deed === deed);
  const at = `${profile.name}:${bucket}`;

  if (signed.some(({ error }) => isCode(error, "STORE_NO_BUCKET")))
    return failure("BUCKET_NOT_THERE", `${profile.site} has no bucket ${bucket}`, [
      `See your buckets: fedbucket ls ${profile.name}:`,
      `Make it: fedbucket mb ${at}`,
    ]);
  if (signed.some(({ error }) => isCode(error, "STORE_QUOTA")))
    return failure("BUCKET_QUOTA", `nothing more fits into ${bucket}: a quota, or the store, is full`, [
      "Make room, or ask the site for more. What takes the room:",
      `fedbucket du ${at}`,
    ]);
  if ((mayNot("List") && may("Unsigned list")) || (mayNot("Get") && may("Unsigned get")))
    return failure(
      "BUCKET_PUBLIC_BUT_SIGNED_REFUSED",
      `everybody may read ${bucket}, and your keys are refused there`,
      [
        "Read it without signing: anon=True in s3fs, skip_signature=True in obstore, or",
        `aws s3 ls --no-sign-request --endpoint-url ${chain.state.endpoint?.s3Url ?? ""} s3://${bucket}`,
      ],
    );
  if (!signed.some(({ allowed }) => allowed === true)) return refusedAltogether(chain, bucket, failure);
  if (mayNot("List"))
    return failure("BUCKET_LIST_DENIED", `${bucket} may not be listed, but its objects can be read`, [
      "Name objects in full; whoever owns the bucket can tell their names, or allow you s3:ListBucket.",
      `fedbucket stat ${at}/NAME`,
    ]);
  if (mayNot("Get"))
    return failure("BUCKET_GET_DENIED", `${bucket} may be listed, but this object not read`, [
      "Another project may have written it: an object is whose project put it. Others may be readable:",
      `fedbucket doctor ${profile.name} --bucket ${bucket}/NAME`,
    ]);
  return failure("BUCKET_WRITE_DENIED", `${bucket} may be read, but not ${mayNot("Put") ? "written" : "cleared"}`, [
    ...askOwner(chain, `s3:${mayNot("Put") ? "PutObject" : "DeleteObject"}`),
    `See which buckets are yours: fedbucket ls ${profile.name}:`,
  ]);
}

type Explain = (code: FailureCode, message: string, cure: readonly string[]) => Failure;

async function refusedAltogether(chain: Chain, bucket: string, failure: Explain): Promise<Failure> {
  const rule = chain.profile.sts === undefined ? [] : prefixRule(chain.profile, await usernameOf(chain), bucket);
  if (rule.length > 0)
    return failure("BUCKET_PREFIX_RULE", `${chain.profile.site} lets you do nothing with ${bucket}`, rule);
  return failure(
    "BUCKET_DENIED",
    `you may do nothing with ${bucket}: it is another project's, or a policy refuses you`,
    [
      ...askOwner(chain, "s3:ListBucket and s3:GetObject"),
      "An object may be readable all the same, if you know its name:",
      `fedbucket doctor ${chain.profile.name} --bucket ${bucket}/NAME`,
    ],
  );
}

const askOwner = ({ state: { project } }: Chain, actions: string): string[] =>
  project === undefined
    ? [`Ask its owner for ${actions}.`]
    : [`Ask its owner for ${actions} for your project ${project.name}, whose id is ${project.id}.`];

/** The user name as the store sees it, as far as it can be known without its console. */
async function usernameOf(chain: Chain): Promise<string | undefined> {
  const told = usernameIn(chain.state);
  if (told !== undefined) return told;
  return within(chain, async (limited) => askUserinfo(limited, (await accessToken(limited)).token)).then(
    ({ username }) => username,
    () => undefined, // imported keys need nobody who is signed in
  );
}

const requestIdOf = (error: unknown): { requestId?: string } =>
  error instanceof StoreError && error.requestId !== undefined ? { requestId: error.requestId } : {};
