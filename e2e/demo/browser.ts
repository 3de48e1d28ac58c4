/** Plays the person's browser: opens the link, signs in, lets the device in. Plain fetch, forms and cookies. */
export async function signIn(link: string, person: { username: string; passphrase: string }): Promise<string> {
  const browser = new Browser();
  let page = await browser.open(link);
  if (page.has("passphrase")) page = await browser.submit(page, person);
  if (page.has("user_code")) page = await browser.submit(page, { decision: "approved" });
  return page.title;
}

/** One page: its address, its title and the fields of its first form. */
class Page {
  readonly url: string;
  readonly #html: string;

  constructor(url: string, html: string) {
    this.url = url;
    this.#html = html;
  }

  get title(): string {
    return text(/<h1>(.*?)<\/h1>/s.exec(this.#html)?.[1] ?? "");
  }

  get form(): { action: string; fields: Record<string, string> } {
    const form = /<form\b(.*?)>(.*?)<\/form>/s.exec(this.#html);
    const inputs = [...(form?.[2] ?? "").matchAll(/<input\b(.*?)>/gs)].map(([, tag = ""]) => tag);
    const fields = Object.fromEntries(inputs.map((tag) => [attribute(tag, "name"), attribute(tag, "value")]));
    return { action: new URL(attribute(form?.[1] ?? "", "action"), this.url).href, fields };
  }

  has(field: string): boolean {
    return field in this.form.fields;
  }
}

export class Browser {
  readonly #cookies = new Map<string, string>();

  async open(url: string, init: RequestInit = {}): Promise<Page> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...init, redirect: "manual", headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location !== null) return this.open(new URL(location, url).href);
    const page = new Page(url, await answer.text());
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${page.title}`);
    return page;
  }

  submit(page: Page, typed: Record<string, string>): Promise<Page> {
    const { action, fields } = page.form;
    return this.open(action, { method: "POST", body: new URLSearchParams({ ...fields, ...typed }) });
  }
}

const attribute = (tag: string, name: string): string => text(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? "");

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const text = (html: string): string =>
  html.replace(/<[^>]*>/g, "").replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? "");
