import { Failure, linkOf, type Session, storageUrlIn } from "@fedbucket/client";

/** Every variable that {@link openstackVariables} may set. */
export const openstackNames: readonly string[] =
  "OS_AUTH_URL OS_IDENTITY_API_VERSION OS_PROJECT_ID OS_STORAGE_URL OS_AUTH_TOKEN OS_AUTH_TYPE OS_PROTOCOL OS_IDENTITY_PROVIDER OIDC_ACCESS_TOKEN OS_ACCESS_TOKEN OS_TOKEN".split(
    " ",
  );

/** As the how-to has them; none where there is no Keystone. Where the access token cannot be renewed, the Keystone token stands in for it. */
export async function openstackVariables(session: Session): Promise<Record<string, string>> {
  const { keystone } = session.profile;
  if (keystone === undefined) return {};
  const { token: keystoneToken, project } = await session.access();
  const common = {
    OS_AUTH_URL: keystone.url,
    OS_IDENTITY_API_VERSION: "3",
    OS_PROJECT_ID: project.id,
    OS_STORAGE_URL: storageUrlIn(session.profile, await session.endpoint()),
    // python-swiftclient and rclone know no way to sign in with an access token.
    OS_AUTH_TOKEN: keystoneToken.reveal(),
  };
  try {
    const { token } = await session.accessToken();
    const protocol = (await session.state()).federated?.protocol ?? keystone.protocol;
    return {
      ...common,
      OS_AUTH_TYPE: "v3oidcaccesstoken",
      OS_PROTOCOL: protocol,
      OS_IDENTITY_PROVIDER: keystone.identityProvider,
      OIDC_ACCESS_TOKEN: token.reveal(),
      OS_ACCESS_TOKEN: token.reveal(),
    };
  } catch (error) {
    if (!(error instanceof Failure) || linkOf(error) !== "token") throw error;
    return { ...common, OS_AUTH_TYPE: "v3token", OS_TOKEN: keystoneToken.reveal() };
  }
}
