/** What happens during a transfer. Keys are relative to its two ends. */
export type TransferEvent =
  | { readonly event: "copied"; readonly key: string; readonly bytes: number }
  | { readonly event: "would-copy"; readonly key: string; readonly bytes: number }
  | { readonly event: "removed" | "would-remove"; readonly key: string; readonly bytes: number }
  /** At the source, after its copy was safe. */
  | { readonly event: "moved" | "would-move"; readonly key: string; readonly bytes: number }
  | {
      readonly event: "failed";
      readonly key: string;
      readonly code: string;
      readonly message: string;
      /** What failed for this one will fail for all: nothing more is begun. */
      readonly ends?: true;
    }
  /** A part of the source that could not be listed, or is left out on purpose. */
  | { readonly event: "skipped"; readonly key: string; readonly message: string };

/** What became of it all. */
export interface Summary {
  readonly copied: number;
  readonly bytes: number;
  readonly same: number;
  readonly removed: number;
  /** Removed at the source, their copies being safe. */
  readonly moved: number;
  readonly failed: number;
  readonly skipped: number;
  /** Copied, but the store keeps no checksum that could be compared. */
  readonly unverified: number;
  /** Why not everything was tried. */
  readonly stopped?: { readonly code: string; readonly message: string };
  /** Surplus at the destination was left, because not every copy is safe. */
  readonly removalsHeldBack: boolean;
}
