import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { issuer, ports } from "./addresses.ts";
import type { Peer } from "./peer.ts";
import { folder, makeFolder, password, path, root } from "./places.ts";
import { answers, startService, waitForService } from "./service.ts";

/** Written by the process that runs Check-in, for root only. */
export const detailsFile: string = path("checkin", "details.json");

export interface CheckinDetails {
  /** The confidential client for a Keystone behind mod_auth_openidc. */
  readonly relyingParty: { readonly clientId: string; readonly clientSecret: string };
  /** Signs anybody in. */
  readonly passphrase: string;
}

/** The sandbox's Check-in, judged here by mod_auth_openidc and MinIO. */
export const checkin: Peer = {
  name: "checkin",
  needs: [],
  packages: [],
  services: ["checkin"],
  address: issuer,
  version: () => "the sandbox's",
  up: async () => {
    makeFolder(path("checkin"));
    password("checkin-control");
    const program = join(root, "e2e/peers/checkin-server.ts");
    await startService("checkin", [process.execPath, "--conditions=source", program], {
      env: { FEDBUCKET_PEERS: folder, FEDBUCKET_PEERS_PORT: String(ports.keystone) },
    });
    const discovery = `${issuer}/.well-known/openid-configuration`;
    await waitForService("checkin", async () => existsSync(detailsFile) && (await answers(discovery)));
  },
};

export const checkinDetails = (): CheckinDetails => JSON.parse(readFileSync(detailsFile, "utf8")) as CheckinDetails;
