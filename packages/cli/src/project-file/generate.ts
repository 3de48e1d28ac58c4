import type { ProjectFile } from "@fedbucket/client";

/** What an author puts before readers, each a piece of text to copy. */
export interface Invitations {
  /** Markdown for a README: the badge beside the file, linked to it. */
  readonly badge: string;
  /** A cell for a notebook. */
  readonly cell: string;
  /** One line for a slide. */
  readonly slide: string;
}

/** @param address Where readers find the file: an https address, or a path. */
export function invitations({ name, settings }: Required<ProjectFile>, address: string): Invitations {
  const { bucket, prefix = "" } = settings;
  const place = bucket === undefined ? "" : `${bucket}/${prefix}`;
  return {
    badge: `[![Connect with fedbucket](fedbucket.svg)](${address})`,
    cell: `# Once: sign in at the link that this prints. Nothing secret ends up in the notebook.
!fedbucket connect ${address}

import s3fs
fs = s3fs.S3FileSystem(profile="${name}")
fs.ls(${JSON.stringify(place)})
`,
    slide: `fedbucket connect ${address}`,
  };
}

/** A badge that needs no server to be drawn. The name has only letters, digits, dots, hyphens and underscores. */
export function badgeImage(name: string): string {
  const [left, right] = [76, 62 + name.length * 7];
  const text = (x: number, words: string): string => `<text x="${x}" y="14" text-anchor="middle">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="fedbucket connect ${name}">
<title>fedbucket connect ${name}</title>
<clipPath id="r"><rect width="${left + right}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><path fill="#24292f" d="M0 0h${left}v20H0z"/><path fill="#0a5c8f" d="M${left} 0h${right}v20H${left}z"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(left / 2, "fedbucket")}${text(left + right / 2, `connect ${name}`)}</g>
</svg>
`;
}
