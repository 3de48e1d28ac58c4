// The sandbox's Check-in for real relying parties: runs until it is stopped. Its own object store and Keystone stay unused.
import { startSandbox } from "@fedbucket/sandbox";
import { ports } from "./addresses.ts";
import { detailsFile } from "./checkin.ts";
import { password, path, writeConfig } from "./places.ts";

const stop = (): void => void sandbox.close().then(() => process.exit());
const sandbox = await startSandbox({
  port: ports.checkin,
  folder: path("checkin"),
  control: { secret: password("checkin-control"), stop },
});
const { relyingParty, passphrase } = sandbox;
writeConfig(detailsFile, JSON.stringify({ relyingParty, passphrase }));
process.once("SIGTERM", stop);
