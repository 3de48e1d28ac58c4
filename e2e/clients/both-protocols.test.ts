import { afterAll, beforeAll, expect, test } from "vitest";
import { openStage, type Stage } from "../their-clients/stage.ts";
import { debianClient, pythonClient } from "./tools.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

test("what Swift wrote, S3 reads; what S3 wrote, Swift lists", async () => {
  const { cloud, keystoneToken: OS_AUTH_TOKEN, plainEnv, run } = stage;
  const swift = (...words: string[]): Promise<string> =>
    run([pythonClient("swift"), ...words], { ...plainEnv, OS_AUTH_TOKEN, OS_STORAGE_URL: cloud.storageUrl });
  const s3 = (...words: string[]): Promise<string> =>
    run([debianClient("aws"), "--endpoint-url", cloud.s3Endpoint, "s3", ...words]);
  await stage.write("small.txt", "from swift\n");
  await swift("upload", "both", "small.txt", "--object-name", "dir/small é.txt");
  expect(await s3("cp", "s3://both/dir/small é.txt", "-")).toBe("from swift\n");
  await s3("cp", "small.txt", "s3://both/from-s3");
  expect((await swift("list", "both")).trim().split("\n")).toEqual(["dir/small é.txt", "from-s3"]);
});
