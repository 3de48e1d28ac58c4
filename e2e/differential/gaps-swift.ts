import type { Gap } from "./gap.ts";
import type { Server } from "./request.ts";

type Entry = readonly [fields: string | readonly string[], reason: string, steps?: readonly string[]];

const gapsBeside =
  (server: Server) =>
  ([fields, reason, steps]: Entry): Gap[] =>
    [fields].flat().map((field) => ({ protocol: "swift", server, field, reason, ...(steps && { steps }) }));

const notModified = ["get if none match, same"];
const refusedCopy = ["copy another version"];

/** The sandbox's Swift API is RGW's, as the how-to's site has it. */
export const swiftBesideRgw: readonly Gap[] = (
  [
    ["header x-container-bytes-used-actual", "what RGW takes on its disks, in blocks of 4 KiB; the sandbox has none"],
    ["body", "every line of the sandbox's ends, as Swift's do; RGW's last one does not", ["list, text"]],
    ["header etag", "RFC 9110, 15.4.5 asks for it; RGW leaves it out", notModified],
    ["header content-type", "of content, and an answer without content has none; RGW sends its default", notModified],
    ["header x-timestamp", "RGW says 0 there; the sandbox says when, as Swift does", notModified],
    [
      ["header x-copied-from", "header x-copied-from-account", "header x-copied-from-last-modified"],
      "RGW says what it copied where it copied nothing",
      refusedCopy,
    ],
    ["header last-modified", "RGW says 1970 where it copied nothing", refusedCopy],
    [
      "header x-object-meta-static-large-object",
      "RGW's own attribute, which it shows among the person's metadata",
      ["get the large object", "get a range of it"],
    ],
  ] satisfies Entry[]
).flatMap(gapsBeside("rgw"));

const listings = [
  "list empty container",
  "list empty container, JSON",
  "list, text",
  "list, JSON",
  "list, XML",
  "list with delimiter, JSON",
  "list after a marker, JSON",
  "list up to a marker, JSON",
  "list one, JSON",
];
const copies = ["copy", "put as a copy"];
const pageForPeople = "Swift has a page for people there, the sandbox a word or a document for programs, as RGW has";
const theObject = "Swift describes the object also where it does not send it; RGW does not, nor does the sandbox";
const unsent = ["get range past the end", "get if match, another", ...refusedCopy];
const large = ["put a large object of segments", "get the large object", "get a range of it"];

/** Where RGW's Swift API is not Swift's, the sandbox goes with RGW. */
export const swiftBesideSwift: readonly Gap[] = (
  [
    ["body", pageForPeople],
    ...["BucketName", "Code", "HostId", "Message", "RequestId"].map((name): Entry => [
      `body ${name}`,
      pageForPeople,
      ["list missing container"],
    ]),
    ["header content-type", `${pageForPeople}; for an object without a type each has a word of its own`],
    ["header accept-ranges", "RGW names it on most answers, Swift on those of objects and listings"],
    ["header vary", "Swift's listings depend on Accept where no format is asked for; RGW's too, without saying so"],
    [["header x-storage-class", "header x-storage-policy"], "each calls its own", ["head container", ...listings]],
    ["header etag", "RGW says which MD5 it had counted", ["put object, wrong ETag"]],
    ["header etag", theObject, unsent],
    ["header etag", "RGW counts only ETags that the manifest names, Swift those of the segments", large],
    ["header last-modified", theObject, unsent],
    ["header x-timestamp", theObject, unsent],
    ["header x-timestamp", "RGW says 0 there, and the sandbox as it", listings],
    ["header x-object-meta-origin", theObject, ["get range past the end", "get if match, another", ...notModified]],
    ["header x-object-meta-station", theObject, refusedCopy],
    ["header content-range", "RFC 9110, 14.4 advises it; RGW leaves it out, and the sandbox with it"],
    ["header x-manifest-etag", "Swift's alone", large.slice(1)],
    ["header x-copied-from", "RGW encodes the slashes, too", copies],
    ["header x-copied-from-account", "RGW's accounts are called as projects are", copies],
    ["header www-authenticate", "Swift and Keystone's middleware tell where to sign in; RGW does not"],
    [
      ["status", "header location"],
      "RGW takes an anonymous listing for a browser's, and sends it to the address with a slash",
      ["list, nobody"],
    ],
  ] satisfies Entry[]
).flatMap(gapsBeside("swift"));
