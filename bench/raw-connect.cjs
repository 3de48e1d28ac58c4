// The six requests of `fedbucket connect`, by nothing but node:http on kept connections: the floor under its time.
"use strict";
const http = require("node:http");
const agent = new http.Agent({ keepAlive: true });
const { authUrl, federation, accessToken, projectId, listBuckets } = JSON.parse(process.env.RAW_CONNECT);

function send(method, url, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.on("end", () =>
        response.statusCode < 300 ? resolve({ headers: response.headers, text }) : reject(new Error(`${url}: ${text}`)),
      );
    });
    request.on("error", reject).end(body && JSON.stringify(body));
  });
}

async function connect() {
  const json = { "content-type": "application/json" };
  const unscoped = await send("POST", authUrl + federation, { authorization: `Bearer ${accessToken}` });
  const id = unscoped.headers["x-subject-token"];
  await send("GET", `${authUrl}/auth/projects`, { "x-auth-token": id });
  const auth = { identity: { methods: ["token"], token: { id } }, scope: { project: { id: projectId } } };
  const scoped = await send("POST", `${authUrl}/auth/tokens`, json, { auth });
  const signed = { ...json, "x-auth-token": scoped.headers["x-subject-token"] };
  const keys = `${authUrl}/users/${JSON.parse(scoped.text).token.user.id}/credentials/OS-EC2`;
  await send("GET", keys, signed);
  await send("POST", keys, signed, { tenant_id: projectId });
  await send("GET", listBuckets, {});
  agent.destroy();
}

connect().catch((error) => {
  console.error(error);
  process.exit(1);
});
