import { expect, test } from "vitest";
import { startSwift } from "./clients.ts";
import type { Client } from "./clients.ts";

const head = '<?xml version="1.0" encoding="UTF-8"?>';

async function startFilled(): Promise<Client> {
  const swift = await startSwift();
  await swift("PUT", "/cont");
  await swift("PUT", "/cont/dir/a%26b.txt", { headers: { "content-type": "text/plain" }, body: "hello world\n" });
  await swift("PUT", "/cont/top", { body: "abc" });
  return swift;
}

test("GetAccount in XML", async () => {
  const swift = await startFilled();
  expect(await swift("GET", "?format=xml")).toMatchObject({
    status: 200,
    headers: { "content-type": "application/xml; charset=utf-8" },
    text:
      `${head}<account name="project-1"><container><name>cont</name><count>2</count><bytes>15</bytes>` +
      "</container></account>",
  });
});

test("GetContainer in XML: objects, and an object without a type", async () => {
  const swift = await startFilled();
  const { text } = await swift("GET", "/cont?format=xml");
  const time = "<last_modified>[-0-9T:.]+Z</last_modified>";
  expect(text).toMatch(
    new RegExp(
      `^${head.replaceAll("?", "\\?")}<container name="cont"><object><name>dir/a&amp;b.txt</name>` +
        "<hash>6f5902ac237024bdd0c176cb93063dc4</hash><bytes>12</bytes><content_type>text/plain</content_type>" +
        `${time}</object><object><name>top</name><hash>900150983cd24fb0d6963f7d28e17f72</hash><bytes>3</bytes>` +
        `${time}</object></container>$`,
    ),
  );
});

test("GetContainer in XML: a common prefix is a subdir", async () => {
  const swift = await startFilled();
  const { text } = await swift("GET", "/cont?format=xml&delimiter=/&end_marker=top");
  expect(text).toBe(`${head}<container name="cont"><subdir name="dir/"><name>dir/</name></subdir></container>`);
});

test("GetContainer in XML: nothing", async () => {
  const swift = await startSwift();
  await swift("PUT", "/cont");
  expect(await swift("GET", "/cont?format=xml")).toMatchObject({
    status: 200,
    text: `${head}<container name="cont"></container>`,
  });
});

test.each(["text/xml", "application/xml", "application/xml;q=0.9, application/json"])("Accept: %s", async (accept) => {
  const swift = await startFilled();
  const answer = await swift("GET", "/cont", { headers: { accept } });
  expect(answer.headers["content-type"]).toBe("application/xml; charset=utf-8");
});

test("an error in XML", async () => {
  const swift = await startSwift();
  const answer = await swift("GET", "/nope?format=xml");
  const id = answer.headers["x-trans-id"];
  expect(answer).toMatchObject({
    status: 404,
    text:
      `${head}<Error><Code>NoSuchBucket</Code><Message></Message><BucketName>nope</BucketName>` +
      `<RequestId>${id}</RequestId><HostId>101c-default-default</HostId></Error>`,
  });
});
