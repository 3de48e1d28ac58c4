export { Failure, type FailureKind, type FailureOptions } from "./failure.ts";
export type { Crypto, Digest } from "./crypto.ts";
export { readText } from "./body.ts";
export type { ObjectPage } from "./object-page.ts";
export {
  createHttp,
  type Http,
  type HttpOptions,
  type HttpRequest,
  type HttpResponse,
  type RequestBody,
  type SendOptions,
  type Transport,
} from "./http.ts";
export { type RetryPolicy, usualRetries } from "./retry.ts";
export { S3Error } from "./s3/errors.ts";
export { Secret } from "./secret.ts";
export { type Group, groupName } from "./oidc/entitlements.ts";
export { claimsOf, tokenShape, type TokenShape } from "./oidc/token-shape.ts";
export type { Person } from "./oidc/userinfo.ts";
export { type Asking, type Chain, personLabel, type Step } from "./session/chain.ts";
export { loginWith } from "./session/access-token.ts";
export { codeLogin } from "./session/code-login.ts";
export { deviceLogin, type DevicePrompt } from "./session/device-login.ts";
export { chainFailure, type FailureCode, failures, type Link, linkOf } from "./session/failures.ts";
export { findLeaks } from "./leaks/find.ts";
export { afterwards, type Leak, type Verdict } from "./leaks/leak.ts";
export { piecesOf } from "./leaks/notebook.ts";
export type { Ended } from "./session/end-leak.ts";
export { judgeOffline } from "./session/judge-leak.ts";
export { mask } from "./session/keys-link.ts";
export { type PastedToken, recognise } from "./session/pasted-token.ts";
export { type ProjectFile, projectFileText } from "./session/project-file.ts";
export {
  builtinProfiles,
  checkProfileName,
  keystoneOf,
  knownIssuers,
  makeProfile,
  type Profile,
  type ProfileSettings,
  type SandboxAddresses,
} from "./session/profile.ts";
export { storageUrlIn } from "./session/endpoint.ts";
export { type Connected, Session } from "./session/session.ts";
export type { SessionOptions } from "./session/turns.ts";
export { type Keys, type Login, type ProfileState, type StateStore, type StoreEndpoint } from "./session/state.ts";
export type { TokenSource } from "./session/token-sources/source.ts";
export { type SourceLook, surveySources } from "./session/token-sources/survey.ts";
export { isRenewedLately, isTriedLately, lentForMs, mayLendMeanwhile, renewAfterSeconds } from "./session/renewal.ts";
export type { Lendable } from "./session/lending.ts";
export type { Rotated } from "./session/rotate.ts";
export { parseDuration } from "./duration.ts";
export { codeOf, type Finding } from "./session/examine.ts";
export type { AskedBucket } from "./session/examine-bucket.ts";
export { type Enrolment, enrolmentPage } from "./sites/enrolment.ts";
export { checkSite, type SiteFinding, type SiteLook } from "./sites/check.ts";
export { gatherSites, type SourceAddresses, type SourceReport, upstream } from "./sites/gather.ts";
export { findSites, type Site, sites, sitesOfVo, snapshotTakenOn, voNames } from "./sites/registry.ts";
export { nearest } from "./sites/suggest.ts";
export { leave, orLeave } from "./store/bodies.ts";
export type { Multipart, StoredPart, UnfinishedUpload, UploadId } from "./store/multipart.ts";
export type { Provider, S3Credentials, S3Endpoint } from "./store/credentials.ts";
export { StoreError, type StoreErrorCode } from "./store/error.ts";
export { memoryStore, type MemoryStoreOptions } from "./store/memory-store.ts";
export { s3Account, type S3AccountOptions } from "./store/s3-account.ts";
export type {
  BucketInfo,
  GetOptions,
  ListOptions,
  ObjectBody,
  ObjectInfo,
  PrefixInfo,
  PresignOptions,
  Again,
  PutOptions,
  Store,
  StoreAccount,
  StoreFeatures,
} from "./store/store.ts";
export { swiftAccount, type SwiftAccountOptions } from "./store/swift-account.ts";
export { SwiftError } from "./swift/errors.ts";
export type { SwiftAccess } from "./swift/account.ts";
export { redactUrl, type TraceEntry } from "./trace.ts";
export { visible } from "./visible.ts";
export { largestWhole } from "./transfer/part-sizes.ts";
export { limitedBandwidth, unlimited } from "./transfer/bandwidth.ts";
export type { Rule } from "./transfer/compare.ts";
export { copyAcross } from "./transfer/across.ts";
export { download } from "./transfer/download.ts";
export type { Entry, Pages } from "./transfer/entry.ts";
export type { Summary, TransferEvent } from "./transfer/events.ts";
export { both, everything, type Filter, type FilterRule, rsyncFilter } from "./transfer/filter.ts";
export type { Folder, ListingProblem } from "./transfer/folder.ts";
export { automaticGate, type Gate } from "./transfer/gate.ts";
export { globRegExp, isGlob, splitGlob } from "./transfer/glob.ts";
export { type Journal, noJournal } from "./transfer/journal.ts";
export { findOn } from "./transfer/look.ts";
export { tellingAttempt } from "./transfer/passing.ts";
export { persevere } from "./transfer/persevere.ts";
export { inGroups, removeEntries } from "./transfer/remove.ts";
export { parseShard, type Shard, shardFilter, shardFromEnvironment } from "./transfer/shard.ts";
export { type FolderSide, listObjects, listSide, type Side, type StoreSide } from "./transfer/side.ts";
export { transfer, type TransferOptions } from "./transfer/transfer.ts";
export { upload } from "./transfer/upload.ts";
export type { Copied, Work } from "./transfer/work.ts";
export { type Difference, verify, type VerifySummary } from "./transfer/verify.ts";
export { checkZarr, type ZarrFinding, type ZarrSummary } from "./zarr/check.ts";
