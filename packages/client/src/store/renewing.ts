import type { Provider } from "./credentials.ts";

/** Tries something with a value that may expire. */
export type WithValue<T> = <R>(attempt: (value: T) => Promise<R>, signal?: AbortSignal) => Promise<R>;

/**
 * Gives attempts the provider's value. When the server refuses it, the provider is asked once for another, by all that
 * were refused together, and the attempt is made once more.
 */
export function renewing<T>(provider: Provider<T>, isRefusal: (error: unknown) => boolean): WithValue<T> {
  /** The last one, kept for those whose refusal comes late. */
  let renewal: { readonly refused: T; readonly value: Promise<T> } | undefined;

  function renew(refused: T, signal: AbortSignal | undefined): Promise<T> {
    if (renewal?.refused !== refused) {
      const value = provider({ refused, ...(signal === undefined ? {} : { signal }) });
      const mine = { refused, value };
      value.catch(() => {
        if (renewal === mine) renewal = undefined;
      });
      renewal = mine;
    }
    return renewal.value;
  }

  return async (attempt, signal) => {
    const value = await provider(signal === undefined ? {} : { signal });
    try {
      return await attempt(value);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return await attempt(await renew(value, signal));
    }
  };
}
