import type { HttpRequest, HttpResponse } from "../http.ts";
import type { Secret } from "../secret.ts";
import { nextMarker, numberIn, pageLimit, readRows, textIn } from "./listing.ts";
import { accountUrl } from "./urls.ts";

/** Where the account is, and the Keystone token (scoped to its project) that opens it. */
export interface SwiftAccess {
  readonly storageUrl: string;
  readonly token: Secret;
}

interface Container {
  readonly name: string;
  readonly objects?: number;
  readonly bytes?: number;
}

/** @param marker From the page before. */
export function listContainersRequest({ storageUrl, token }: SwiftAccess, marker?: string): HttpRequest {
  const url = accountUrl(storageUrl, { format: "json", limit: String(pageLimit), marker });
  return { method: "GET", url, headers: { "x-auth-token": token } };
}

export interface ContainerPage {
  readonly containers: readonly Container[];
  /** For the next page; absent on the last. */
  readonly marker?: string | undefined;
}

export async function readContainers(response: HttpResponse): Promise<ContainerPage> {
  const containers = (await readRows(response)).map((row): Container => {
    const [objects, bytes] = [numberIn(row, "count"), numberIn(row, "bytes")];
    return {
      name: textIn(row, "name") ?? "",
      ...(objects === undefined ? {} : { objects }),
      ...(bytes === undefined ? {} : { bytes }),
    };
  });
  return { containers, marker: nextMarker(containers.map(({ name }) => name)) };
}
