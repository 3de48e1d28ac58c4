/** Nothing secret goes unencrypted off this machine; on loopback nobody listens in. */
export function mayCarryTokens(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}
