export { Failure, type FailureKind, type FailureOptions } from "./failure.ts";
export type { Http, HttpRequest, HttpResponse, RequestBody, SendOptions, Transport } from "./http.ts";
export { Secret } from "./secret.ts";
export type { Session } from "./session/session.ts";
export type { Provider, S3Credentials, S3Endpoint } from "./store/credentials.ts";
export { StoreError, type StoreErrorCode } from "./store/error.ts";
export type {
  BucketInfo,
  GetOptions,
  ListOptions,
  ObjectBody,
  ObjectInfo,
  PrefixInfo,
  PresignOptions,
  PutOptions,
  Store,
  StoreAccount,
  StoreFeatures,
} from "./store/store.ts";
