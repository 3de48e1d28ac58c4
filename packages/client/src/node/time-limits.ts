export function timeoutError(code: "CONNECT_TIMEOUT" | "IDLE_TIMEOUT"): Error {
  return Object.assign(new Error(code === "CONNECT_TIMEOUT" ? "no connection in time" : "no answer in time"), { code });
}

export function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error("aborted", { cause: signal?.reason });
}
