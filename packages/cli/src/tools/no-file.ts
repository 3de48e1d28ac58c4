import { wordsTool, type Tool } from "./tool.ts";

/** Its aliases hold keys; only the environment can send it to an endpoint that lends them. */
export const mc: Tool = wordsTool("mc", ({ profile }) => ({
  advice: [
    "mc keeps keys in its own file, and cannot be told there to borrow them. So nothing is written; while it runs under",
    `fedbucket it borrows, and the connection is the alias ${profile}:`,
    `  fedbucket run -- mc ls ${profile}/`,
  ],
}));

/** It reads the profile, but takes the endpoint from the environment only. @see peak/s5cmd #694 */
export const s5cmd: Tool = wordsTool("s5cmd", ({ profile, s3Url }) => ({
  variables: { AWS_PROFILE: profile, S3_ENDPOINT_URL: s3Url },
  advice: [
    "s5cmd has no file of settings. It borrows through these two variables, which hold no secret: put them where your shell",
    "reads them, or give them to it alone:",
    `  AWS_PROFILE=${profile} S3_ENDPOINT_URL=${s3Url} s5cmd ls`,
    "  fedbucket run -- s5cmd ls",
  ],
}));

export const obstore: Tool = wordsTool("obstore", () => ({
  advice: [
    "obstore has no file of settings and does not read AWS profiles. In Python it borrows through boto3:",
    "  fedbucket snippet obstore",
  ],
}));
