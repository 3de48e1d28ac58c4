import { Failure, linkOf, type Session } from "@fedbucket/client";

/** Every variable that {@link openstackVariables} may set. */
export const openstackNames: readonly string[] =
  "OS_AUTH_URL OS_IDENTITY_API_VERSION OS_PROJECT_ID OS_STORAGE_URL OS_AUTH_TYPE OS_PROTOCOL OS_IDENTITY_PROVIDER OIDC_ACCESS_TOKEN OS_ACCESS_TOKEN OS_TOKEN".split(
    " ",
  );

/** As the how-to has them. Where the access token cannot be renewed, the Keystone token stands in for it. */
export async function openstackVariables(session: Session): Promise<Record<string, string>> {
  const { profile } = session;
  const { token: keystoneToken, project } = await session.access();
  const common = {
    OS_AUTH_URL: profile.keystone.url,
    OS_IDENTITY_API_VERSION: "3",
    OS_PROJECT_ID: project.id,
    OS_STORAGE_URL: (await session.endpoint()).storageUrl,
  };
  try {
    const { token } = await session.accessToken();
    const protocol = (await session.state()).federated?.protocol ?? profile.keystone.protocol;
    const { identityProvider } = profile.keystone;
    return {
      ...common,
      OS_AUTH_TYPE: "v3oidcaccesstoken",
      OS_PROTOCOL: protocol,
      OS_IDENTITY_PROVIDER: identityProvider,
      OIDC_ACCESS_TOKEN: token.reveal(),
      OS_ACCESS_TOKEN: token.reveal(),
    };
  } catch (error) {
    if (!(error instanceof Failure) || linkOf(error) !== "token") throw error;
    return { ...common, OS_AUTH_TYPE: "v3token", OS_TOKEN: keystoneToken.reveal() };
  }
}
