import { expect, test } from "vitest";
import { commandLine } from "../../src/connect/credential-process.ts";

const words = ["credentials", "--profile", "pangeo"];

test("plain paths are not quoted: the AWS SDK for Go v1 would take a quoted one for the whole command", () => {
  expect(commandLine(["/opt/node/bin/node", "/opt/fedbucket.cjs", ...words], "linux")).toBe(
    "/opt/node/bin/node /opt/fedbucket.cjs credentials --profile pangeo",
  );
});

test("a path that must be quoted does not come first", () => {
  expect(commandLine(["/home/my name/fedbucket", ...words], "linux")).toBe(
    '/usr/bin/env "/home/my name/fedbucket" credentials --profile pangeo',
  );
});

test("on Windows a quoted path does come first, and a plain one keeps its backslashes", () => {
  expect(commandLine(["C:\\Program Files\\fedbucket.exe", ...words], "win32")).toBe(
    '"C:\\Program Files\\fedbucket.exe" credentials --profile pangeo',
  );
  expect(commandLine(["C:\\tools\\fedbucket.exe", ...words], "win32")).toBe(
    "C:\\tools\\fedbucket.exe credentials --profile pangeo",
  );
});
