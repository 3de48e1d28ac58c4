import { Option } from "commander";

/** The options that mean the same on every command. Add them with `.addOption(...)`. */
export const jsonOption = (): Option => new Option("--json", "print one JSON object (errors too, on stderr)");
export const profileOption = (): Option =>
  new Option("--profile <name>", "the connection to use (default: the one connected last)").env("FEDBUCKET_PROFILE");
export const debugOption = (): Option =>
  new Option("--debug", "trace every request on stderr, without secrets").env("FEDBUCKET_DEBUG");
export const caBundleOption = (): Option =>
  new Option("--ca-bundle <file>", "trust these certificate authorities too (PEM)").env("FEDBUCKET_CA_BUNDLE");
