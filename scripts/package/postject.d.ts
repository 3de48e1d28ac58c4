declare module "postject" {
  /** Adds a read-only resource to an ELF, Mach-O or PE file, in place. */
  export function inject(
    file: string,
    resourceName: string,
    resource: Uint8Array,
    options: { readonly sentinelFuse: string; readonly machoSegmentName?: string },
  ): Promise<void>;
}
