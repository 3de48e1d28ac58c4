import type { Provider } from "oidc-provider";
import type { ServiceRequest } from "../http/service.ts";
import type { People, Person } from "./people.ts";

/** Browser sessions, shared with oidc-provider: who signed in at a page is signed in at the authorization endpoint. */
export class Sessions {
  readonly #provider: Provider;
  readonly #people: People;

  constructor(provider: Provider, people: People) {
    this.#provider = provider;
    this.#people = people;
  }

  async find(request: ServiceRequest): Promise<Person | undefined> {
    const id = readCookie(request.headers["cookie"], this.#cookie);
    const session = id === undefined ? undefined : await this.#provider.Session.find(id);
    return session?.accountId === undefined ? undefined : this.#people.find(session.accountId);
  }

  /** Starts a session with a new id; returns the `Set-Cookie` value. */
  async start(person: Person): Promise<string> {
    const session = new this.#provider.Session();
    session.loginAccount({ accountId: person.sub });
    const lifeSeconds = 14 * 24 * 60 * 60;
    await session.save(lifeSeconds);
    return `${this.#cookie}=${session.jti}; Path=/; Max-Age=${lifeSeconds}; HttpOnly; SameSite=Lax`;
  }

  get #cookie(): string {
    return this.#provider.cookieName("session");
  }
}

function readCookie(header: string | undefined, name: string): string | undefined {
  const pair = header?.split(/; */).find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}
