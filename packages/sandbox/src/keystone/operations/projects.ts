import { forbidden, json, KeystoneRefusal } from "../answers.ts";
import { catalog, projectDocument, versionDocument } from "../documents.ts";
import { domain, findProject, type Project, projects } from "../projects.ts";
import { authenticate, type Call, type KeystoneContext, listLinks, type Operation } from "./call.ts";

export const listVersions: Operation = async ({ site }) =>
  json(300, { versions: { values: [versionDocument(site)] } }, { Location: `${site.origin}/v3/` });

export const showVersion: Operation = async ({ site }) => json(200, { version: versionDocument(site) });

/** What the token's groups may use: the list that decides. */
export const listAuthProjects: Operation = async (context, call) => {
  const { groups } = authenticate(context, call);
  return projectList(context, call, groups);
};

/** Only what memberships that outlive the token give: empty where the site keeps none. */
export const listUserProjects: Operation = async (context, call) => {
  const { user } = authenticate(context, call);
  if (call.path["user"] !== user.id) throw forbidden("list_user_projects");
  return projectList(context, call, context.state.persistedGroups(user.id, context.now()));
};

export const listAuthDomains: Operation = async (context, call) => {
  authenticate(context, call);
  return json(200, { domains: [], links: listLinks(context, call) });
};

export const showProject: Operation = async (context, call) => {
  const { project: scope } = authenticate(context, call);
  const project = findProject(String(call.path["project"]));
  if (project === undefined || project !== scope) throw forbidden("get_project");
  return json(200, { project: projectDocument(project, context.site) });
};

export const listProjects: Operation = async (context, call) => {
  authenticate(context, call);
  throw forbidden("list_projects");
};

export const showUser: Operation = async (context, call) => {
  const { user } = authenticate(context, call);
  if (call.path["user"] !== user.id) throw forbidden("get_user");
  const links = { self: `${context.site.origin}/v3/users/${user.id}` };
  return json(200, {
    user: {
      id: user.id,
      name: user.name,
      domain_id: domain.id,
      enabled: true,
      password_expires_at: null,
      options: {},
      links,
    },
  });
};

export const showCatalog: Operation = async (context, call) => {
  const { project } = authenticate(context, call);
  if (project === undefined) {
    throw new KeystoneRefusal(403, "A project-scoped token is required to produce a service catalog.");
  }
  return json(200, { catalog: catalog(context.site), links: { self: `${context.site.origin}/v3/auth/catalog` } });
};

function projectList(context: KeystoneContext, call: Call, groups: readonly string[]): ReturnType<typeof json> {
  const mine = projects.filter(({ group }: Project) => groups.includes(group));
  return json(200, {
    projects: mine.map((project) => projectDocument(project, context.site)),
    links: listLinks(context, call),
  });
}
