import { expect, test } from "vitest";
import { findLeaks } from "../../src/leaks/find.ts";
import { piecesOf } from "../../src/leaks/notebook.ts";

const access = "9f8e7d6c5b4a39281706f5e4d3c2b1a0";
const secret = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const project = "57102d3e06b7476088fe4924370ae170";
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: "https://issuer.example", typ: "Bearer" })}.c2lnbmF0dXJl`;
const fernet = `gAAAAAB${"mZ3-_x".repeat(20)}`;

const seen = (text: string): string[] =>
  findLeaks(text).map(({ leak, line }) =>
    [line, leak.kind, leak.kind === "s3-keys" ? leak.accessKeyId : leak.secret.equals(leak.secret)].join(" "),
  );

test.each([
  ["the AWS tools' file", `[default]\naws_access_key_id = ${access}\naws_secret_access_key = ${secret}\n`, 3],
  [
    "the how-to's commands",
    `aws configure set aws_access_key_id ${access}\naws configure set aws_secret_access_key ${secret}`,
    2,
  ],
  ["a shell", `export AWS_ACCESS_KEY_ID="${access}" AWS_SECRET_ACCESS_KEY='${secret}'`, 1],
  ["Python arguments", `fs = s3fs.S3FileSystem(\n  key="${access}",\n  secret="${secret}",\n)`, 3],
  ["a Python dictionary", `{"aws_access_key_id": "${access}", "aws_secret_access_key": "${secret}"}`, 1],
  ["os.environ", `os.environ['AWS_ACCESS_KEY_ID'] = '${access}'\nos.environ['AWS_SECRET_ACCESS_KEY'] = '${secret}'`, 2],
  ["rclone's file", `access_key_id = ${access}\nsecret_access_key = ${secret}`, 2],
  ["the table of openstack", `| ${access} | ${secret} | ${project} | ${project} |`, 1],
  [
    "the other table of openstack",
    `| access     | ${access} |\n| project_id | ${project} |\n| secret     | ${secret} |`,
    3,
  ],
  [
    "Amazon's own form",
    `aws_access_key_id=AKIAQ3EGRZ7TKWPLM2VN\naws_secret_access_key=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`,
    2,
  ],
])("S3 keys as written in %s", (_where, text, line) => {
  const [found, ...more] = findLeaks(text);
  expect(more).toEqual([]);
  expect(found?.line).toBe(line);
  expect(found?.leak).toMatchObject({ kind: "s3-keys", accessKeyId: expect.stringMatching(/^(9f8e|AKIA)/) as string });
});

test("tokens wherever they stand, with their line", () => {
  expect(seen(`first\nexport OIDC_ACCESS_TOKEN=\`${jwt}\`\nhidden "${jwt}", OS_TOKEN=${fernet}\n`)).toEqual([
    "2 access-token true",
    "3 access-token true",
    "3 keystone-token true",
  ]);
});

test("opaque refresh tokens and passwords by their names", () => {
  expect(seen("refresh_token = 'LqekSOzlQAMbSvApdLQvLmrYE7BY6byV'\nOS_PASSWORD=correct-horse-battery\n")).toEqual([
    "1 refresh-token true",
    "2 keystone-secret true",
  ]);
});

test.each([
  "export OS_PROJECT_ID=57102d3e06b7476088fe4924370ae170",
  "export OIDC_ACCESS_TOKEN=`<your_token>`",
  "aws configure set aws_secret_access_key x2xx",
  'secret_key = os.environ["AWS_SECRET_ACCESS_KEY"]',
  "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  "secret_key = xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  `commit ${"0123456789abcdef".repeat(2)}01234567`,
  "eyJhbGciOiJSUzI1NiJ9 is how every one begins",
  "OS_PASSWORD=$1 OS_PASSWORD=<password> OS_PASSWORD=${PASSWORD}",
])("what only looks like a secret is passed over: %s", (text) => {
  expect(seen(text)).toEqual([]);
});

test("a notebook: cells and outputs of every form, counted as people see them", () => {
  const notebook = JSON.stringify({
    cells: [
      { cell_type: "markdown", source: "# Title" },
      {
        cell_type: "code",
        source: ["import os\n", `token = "${jwt}"\n`],
        outputs: [
          { output_type: "stream", text: ["one\n", `${jwt}\n`] },
          { output_type: "display_data", data: { "text/plain": [`'${jwt}'`] } },
          { output_type: "error", traceback: [`Bearer ${jwt}`] },
        ],
      },
    ],
    nbformat: 4,
  });
  const places = piecesOf("a.ipynb", notebook).flatMap(({ where, text }) =>
    findLeaks(text).map(({ line }) => `${where}, line ${line}`),
  );
  expect(places).toEqual([
    "cell 2, line 2",
    "output of cell 2, line 2",
    "output of cell 2, line 1",
    "output of cell 2, line 1",
  ]);
});

test("a notebook that is cut short is read as text", () => {
  expect(piecesOf("a.ipynb", `{"cells": [{"source": "${jwt}`)[0]?.where).toBe("");
});

test("a long text of nothing is searched in time that grows with its length alone", () => {
  const began = performance.now();
  expect(findLeaks(`${"secret ".repeat(40_000)}${"a".repeat(400_000)}${"| ".repeat(100_000)}`)).toEqual([]);
  expect(performance.now() - began).toBeLessThan(20_000);
});
