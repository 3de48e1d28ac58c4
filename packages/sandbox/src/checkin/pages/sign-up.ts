import type { ServiceResponse } from "../../http/service.ts";
import { type Desk, enrolmentPath, loginPath, type Visit } from "./desk.ts";
import { focused, input, type Problems, summary } from "./field.ts";
import { html, page, redirect } from "./html.ts";
import { joining } from "./joining.ts";
import { isPassphrase } from "./login.ts";

export function signUpPage(_desk: Desk, { person }: Visit): ServiceResponse {
  if (person !== undefined) return redirect(enrolmentPath);
  return signUpForm(new URLSearchParams());
}

export async function signUp(desk: Desk, { form }: Visit): Promise<ServiceResponse> {
  const [username = "", name = "", email = ""] = ["username", "name", "email"].map((field) =>
    (form.get(field) ?? "").trim(),
  );
  const problems = findProblems(desk, { username, name, email, passphrase: form.get("passphrase") ?? "" });
  if (Object.keys(problems).length > 0) return signUpForm(form, problems);
  const person = desk.people.signUp({ username, name, email });
  return redirect(enrolmentPath, { "Set-Cookie": await desk.sessions.start(person) });
}

function findProblems(
  desk: Desk,
  { username, name, email, passphrase }: { username: string; name: string; email: string; passphrase: string },
): Problems {
  return {
    ...usernameProblem(desk, username),
    ...(name === "" || name.length > 100 ? { name: "Please give your name (at most 100 characters)." } : {}),
    ...(/^[^\s@]+@[^\s@]+$/.test(email) ? {} : { email: "This is no e-mail address." }),
    ...(isPassphrase(desk, passphrase) ? {} : { passphrase: "This is not the sandbox's passphrase." }),
  };
}

function usernameProblem(desk: Desk, username: string): Problems {
  if (!/^[a-z][a-z0-9._-]{1,31}$/.test(username)) {
    return {
      username:
        "A user name has 2 to 32 characters: lower-case letters, digits, dot, dash, underscore; a letter first.",
    };
  }
  return desk.people.findByUsername(username) === undefined ? {} : { username: `The user name ${username} is taken.` };
}

const fields = [
  {
    name: "username",
    label: "User name",
    hint: "What you sign in with. Lower-case letters, digits, dot, dash, underscore.",
    autocomplete: "username",
  },
  { name: "name", label: "Full name", autocomplete: "name" },
  { name: "email", label: "E-mail", type: "email", autocomplete: "email" },
  {
    name: "passphrase",
    label: "The sandbox's passphrase",
    hint: html`<code>fedbucket sandbox up</code> printed it. At EGI, your university's sign-in is in its place.`,
    type: "password",
    autocomplete: "current-password",
  },
] as const;

function signUpForm(form: URLSearchParams, problems: Problems = {}): ServiceResponse {
  const filled = fields.map((field) => ({ ...field, value: form.get(field.name) ?? "" }));
  return page({
    title: "Sign up for an account",
    status: Object.keys(problems).length === 0 ? 200 : 400,
    steps: joining(0),
    body: html`${summary(problems)}
      <form method="post" novalidate>${focused(filled, problems).map(input)}<button>Sign up</button></form>
      <p>Signed up before? <a href="${loginPath}?next=${encodeURIComponent(enrolmentPath)}">Sign in</a></p>`,
  });
}
