/** The wire form of a token's description, as far as it is used. Every field may be missing. */
export interface TokenBody {
  readonly user?: { readonly id?: string; readonly name?: string };
  readonly expires_at?: string;
  readonly project?: { readonly id?: string; readonly name?: string };
  readonly roles?: readonly { readonly name?: string }[];
  readonly catalog?: readonly CatalogService[];
}

export interface CatalogService {
  readonly type?: string;
  readonly name?: string;
  readonly endpoints?: readonly { readonly interface?: string; readonly region?: string; readonly url?: string }[];
}

/** The `token` object of an answer, or an empty one. */
export function tokenBody(json: unknown): TokenBody {
  const { token } = (json ?? {}) as { token?: TokenBody };
  return token ?? {};
}
