export { cannotWrite } from "./atomic-write.ts";
export { cannotRead } from "./cannot-read.ts";
export { nodeCrypto } from "./crypto.ts";
export {
  type AwsProfile,
  type AwsWritten,
  awsFiles,
  checkAwsProfile,
  credentialProcessOf,
  type DefaultChoice,
  defaultLender,
  hasAwsProfile,
  removeAwsProfile,
  writeAwsProfile,
} from "./aws-config.ts";
export { type AwsLeftover, findAwsLeftovers, leftoversFile, moveAwsLeftovers } from "./aws-leftovers.ts";
export { writeFileAtomically } from "./atomic-write.ts";
export { type Config, configFile, readConfig, saveProfileSettings, saveTrustedHost } from "./config.ts";
export { editFile, type FileEdited } from "./edit-file.ts";
export { diskFolder } from "./folder.ts";
export { fileJournal } from "./journal.ts";
export { localStore } from "./local-store.ts";
export { formatIni, type IniSection, parseIni } from "./ini-text.ts";
export { isAlive, lockTaker, pauseBefore, withLock } from "./lock.ts";
export { type OldClient, oldClients } from "./old-clients.ts";
export { fedbucketPaths, type Paths } from "./paths.ts";
export { localFile, type LocalFile } from "./read-file.ts";
export { listenForRedirect } from "./redirect-listener.ts";
export { isSafeFileName } from "./safe-name.ts";
export { parseProjectFile } from "./project-file.ts";
export { readSiteList, type SiteList, writeSiteList } from "./site-list-file.ts";
export { readSandboxAddresses } from "./sandbox-file.ts";
export {
  connectedProfiles,
  fileStateStore,
  forgetCurrentProfile,
  loadState,
  renewalLock,
  readCurrentProfile,
  readIfThere,
  writeCurrentProfile,
} from "./state.ts";
export { tokenSources } from "./token-sources/index.ts";
export { lookAtCertificate } from "./certificate.ts";
export { textFiles } from "./text-files.ts";
export { nodeTransport, type NodeTransport, type NodeTransportOptions } from "./transport.ts";
export { writeFileFrom } from "./write-file.ts";
