import { expect, test } from "vitest";
import { startSwift } from "./clients.ts";
import type { Client } from "./clients.ts";

async function startFilled(): Promise<Client> {
  const swift = await startSwift();
  for (const name of ["cont", "empty"]) await swift("PUT", `/${name}`);
  for (const name of ["a", "b%20c", "rest"]) await swift("PUT", `/cont/${name}`, { body: "x" });
  return swift;
}

test.each(["POST", "DELETE"])("%s removes what is listed, and says what it did", async (method) => {
  const swift = await startFilled();
  const body = "cont/a\n/cont/b%20c\ncont/nope\ncont\nempty\nnope\nnope/x\n";
  expect(await swift(method, "?bulk-delete", { body })).toMatchObject({
    status: 200,
    text: "Number Deleted: 3\nNumber Not Found: 3\nResponse Body: \nResponse Status: 409 Conflict\nErrors: \ncont/, 409 Conflict\n",
  });
  expect((await swift("GET", "")).text).toBe("cont\n");
  expect((await swift("GET", "/cont")).text).toBe("rest\n");
});

test("in JSON and XML", async () => {
  const swift = await startFilled();
  const ask = (accept: string, body: string) => swift("POST", "?bulk-delete", { headers: { accept }, body });
  expect((await ask("application/json", "cont/a\ncont/nope\n")).text).toBe(
    '{"Number Deleted":1,"Number Not Found":1,"Response Body":"","Response Status":"200 OK","Errors":[]}',
  );
  expect((await ask("application/json", "")).json()).toMatchObject({
    "Response Status": "400 Bad Request",
    "Response Body": "Invalid bulk delete.",
  });
  expect((await ask("application/xml", "cont/nope\n")).text).toBe(
    "<delete><number_deleted>0</number_deleted><number_not_found>1</number_not_found><response_body></response_body>" +
      "<response_status>200 OK</response_status><errors></errors></delete>",
  );
});

test("nothing of another project", async () => {
  const swift = await startFilled();
  const headers = { "x-auth-token": "theirs", accept: "application/json" };
  expect((await swift("POST", "?bulk-delete", { headers, body: "cont/a\n" })).json()).toMatchObject({
    "Number Deleted": 0,
    Errors: [["cont/a", "403 Forbidden"]],
  });
  expect((await swift("GET", "/cont/a")).status).toBe(200);
});
