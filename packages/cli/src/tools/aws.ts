import { awsFiles, removeAwsProfile, writeAwsProfile } from "@fedbucket/client/node";
import { credentialProcess } from "../connect/credential-process.ts";
import type { Tool } from "./tool.ts";

/** The profile that `connect` writes: the AWS CLI, boto3 and all that read their configuration. */
export const aws: Tool = {
  name: "aws",
  async configure({ env }, { profile, region, s3Url }) {
    const wanted = { name: profile, credentialProcess: credentialProcess(profile), region, endpointUrl: s3Url };
    const { file, backup, lentDefault, ownDefault } = await writeAwsProfile(env, wanted, "lend");
    const advice = lentDefault
      ? ["aws s3 ls"]
      : [`Your own default (${ownDefault}) stays, so name this one:`, `  aws --profile ${profile} s3 ls`];
    return { file, changed: true, advice, ...(backup === undefined ? {} : { backup }) };
  },
  undo: async ({ env }, profile) => ({
    file: awsFiles(env).config,
    changed: await removeAwsProfile(env, profile),
    advice: [],
  }),
};
