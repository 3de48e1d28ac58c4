import { join } from "node:path";
import { chainFailure, type Failure } from "@fedbucket/client";
import { type Connection, notOurs, textTool, type Tool } from "./tool.ts";
import { putBlock, takeBlocks } from "./text-block.ts";

/**
 * A cloud named like the profile, without a token: OpenStack's clients know no way to ask for one, so it comes from the
 * environment. Edited as text, because a YAML library would not give back the person's bytes.
 */
export const cloudsYaml: Tool = textTool({
  name: "clouds.yaml",
  movedBy: "OS_CLIENT_CONFIG_FILE",
  file: ({ env, home }) =>
    env["OS_CLIENT_CONFIG_FILE"] || join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "openstack/clouds.yaml"),
  put(text, connection, file) {
    const rest = takeBlocks(text, connection.profile);
    const { at, indent, isNew } = findClouds(rest, connection.profile, file);
    const entry = cloud(connection).map((line) => (isNew ? `  ${line}` : line));
    return putBlock(rest, at, connection.profile, isNew ? ["clouds:", ...entry] : entry, { ...style, indent });
  },
  take: takeBlocks,
  advice: ({ profile }) => [
    "The access token comes from the environment, since it must not lie in a file and lasts an hour:",
    `  fedbucket run -- openstack --os-cloud ${profile} container list`,
  ],
});

const style = { comment: "#", undo: '"fedbucket configure clouds.yaml --undo" removes these lines' };

function cloud({ profile, openstack }: Connection): string[] {
  if (openstack === undefined) throw noOpenstack(profile);
  return [
    `${profile}:`,
    "  auth_type: v3oidcaccesstoken",
    "  auth:",
    `    auth_url: ${openstack.url}`,
    `    identity_provider: ${openstack.identityProvider}`,
    `    protocol: ${openstack.protocol}`,
    `    project_id: ${openstack.projectId}`,
    "  identity_api_version: 3",
  ];
}

const noOpenstack = (profile: string): Failure =>
  chainFailure("NO_KEYSTONE", `${profile} is a store without OpenStack, so there is no cloud to write down`, {
    cure: [`Tools for S3 can be set up: fedbucket configure aws --profile ${profile}`],
  });

interface Clouds {
  /** Where the entry goes. */
  readonly at: number;
  readonly indent: string;
  /** There is no `clouds:` yet. */
  readonly isNew: boolean;
}

function findClouds(text: string, profile: string, file: string): Clouds {
  const key = /^clouds[^\S\n]*:([^\n]*)(\n|$)/m.exec(text);
  if (key === null) return { at: 0, indent: "", isNew: true };
  if (!/^\s*(#.*)?$/.test(key[1] ?? "")) throw otherStyle(file);
  const at = key.index + key[0].length;
  const indent = /^(?:[^\S\n]*(?:#[^\n]*)?\n)*([^\S\n]+)\S/.exec(text.slice(at))?.[1] ?? "  ";
  const own = new RegExp(`^${indent}["']?${profile.replaceAll(".", "\\.")}["']?[^\\S\\n]*:`, "m");
  if (own.test(text.slice(at))) throw notOurs(file, `a cloud called ${profile}`, profile);
  return { at, indent, isNew: false };
}

function otherStyle(file: string): Failure {
  return chainFailure("TOOL_FILE_NOT_EDITABLE", `${file} has its clouds in braces, which fedbucket cannot edit`, {
    cure: ["It stays as it is. OpenStack's clients work without it:", "fedbucket run -- openstack container list"],
  });
}
