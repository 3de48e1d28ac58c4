import { Failure } from "../failure.ts";

/** The usual authorities and those of the file. */
export async function readAuthorities(file: string): Promise<string[]> {
  const { readFile } = process.getBuiltinModule("node:fs/promises");
  const pem = await readFile(file, "utf8").catch((cause: unknown) => cause);
  if (typeof pem === "string" && pem.includes("-----BEGIN")) {
    const { getCACertificates, rootCertificates } = process.getBuiltinModule("node:tls");
    return [...(getCACertificates?.("default") ?? rootCertificates), pem];
  }
  throw new Failure("CA_BUNDLE_UNREADABLE", "usage", `${file} cannot be read as certificates in PEM format`, {
    cause: pem,
    cure: ["Name a file that holds lines like -----BEGIN CERTIFICATE-----: --ca-bundle FILE"],
  });
}
