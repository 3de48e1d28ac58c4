import type { BucketCall } from "./call.ts";
import { element } from "./xml.ts";

/** Id and name of the bucket's owner. To others the name is the id: the store knows only its callers' names. */
export function ownerFields({ caller, record: { projectId } }: BucketCall): string {
  const name = caller?.projectId === projectId ? caller.projectName : projectId;
  return element("ID", projectId) + element("DisplayName", name);
}
