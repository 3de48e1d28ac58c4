import { Secret } from "@fedbucket/client";
import { expect, test } from "vitest";
import { borrowersEnvironment, type Loan } from "../../src/run/environment.ts";

const loan: Loan = {
  place: { profile: "pangeo-swift", s3Url: "https://s3.example.org", region: "us-east-1" },
  url: "http://127.0.0.1:4000/credentials",
  token: new Secret("loopback-token"),
  files: { config: "/private/config", nothing: "/private/nothing", [Symbol.asyncDispose]: async () => undefined },
  openstack: { OS_AUTH_TYPE: "v3oidcaccesstoken" },
};

test("what chooses keys or a store is ours, what does neither stays", () => {
  const env = borrowersEnvironment(
    {
      PATH: "/bin",
      AWS_PROFILE: "work",
      AWS_ACCESS_KEY_ID: "AKIA",
      AWS_SOMETHING_NEW: "unknown",
      AWS_CA_BUNDLE: "/etc/ca.pem",
      AWS_MAX_ATTEMPTS: "9",
      OS_CLOUD: "work",
      OS_CACERT: "/etc/ca.pem",
    },
    loan,
  );
  expect(env).toMatchObject({
    PATH: "/bin",
    AWS_CA_BUNDLE: "/etc/ca.pem",
    AWS_MAX_ATTEMPTS: "9",
    OS_CACERT: "/etc/ca.pem",
    OS_AUTH_TYPE: "v3oidcaccesstoken",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: loan.url,
    AWS_CONFIG_FILE: "/private/config",
    AWS_SHARED_CREDENTIALS_FILE: "/private/nothing",
    AWS_ENDPOINT_URL: "https://s3.example.org",
    AWS_HTTPS: "YES",
  });
  for (const name of ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SOMETHING_NEW", "OS_CLOUD", "AWS_ALLOW_HTTP"])
    expect(env).not.toHaveProperty(name);
});

test("without variables for OpenStack's clients the person's own stay", () => {
  expect(borrowersEnvironment({ OS_CLOUD: "work" }, { ...loan, openstack: {} })).toHaveProperty("OS_CLOUD", "work");
});

test("mc and rclone find the connection under its own name", () => {
  expect(borrowersEnvironment({}, loan)).toMatchObject({
    "MC_HOST_pangeo-swift": "https://s3.example.org",
    "MC_STS_ENDPOINT_pangeo-swift": loan.url,
    "RCLONE_CONFIG_PANGEO-SWIFT_ENDPOINT": "https://s3.example.org",
  });
});
