export { nodeCrypto } from "./crypto.ts";
export {
  type AwsProfile,
  type AwsWritten,
  awsFiles,
  checkAwsProfile,
  type DefaultChoice,
  defaultLender,
  hasAwsProfile,
  removeAwsProfile,
  writeAwsProfile,
} from "./aws-config.ts";
export { type Config, configFile, readConfig, saveProfileSettings, saveTrustedHost } from "./config.ts";
export { isAlive, withLock } from "./lock.ts";
export { oldClients } from "./old-clients.ts";
export { fedbucketPaths, type Paths } from "./paths.ts";
export { readSandboxAddresses } from "./sandbox-file.ts";
export {
  connectedProfiles,
  fileStateStore,
  forgetCurrentProfile,
  loadState,
  readCurrentProfile,
  readIfThere,
  writeCurrentProfile,
} from "./state.ts";
export { nodeTransport, type NodeTransport, type NodeTransportOptions } from "./transport.ts";
