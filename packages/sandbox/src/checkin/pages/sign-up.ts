import type { ServiceResponse } from "../../http/service.ts";
import { alert, html, page, redirect } from "./html.ts";
import { isPassphrase } from "./login.ts";
import { type Desk, enrolmentPath, type Visit } from "./desk.ts";

export function signUpPage(_desk: Desk, { person }: Visit): ServiceResponse {
  if (person !== undefined) return redirect(enrolmentPath);
  return signUpForm(new URLSearchParams());
}

export async function signUp(desk: Desk, { form }: Visit): Promise<ServiceResponse> {
  const [username = "", name = "", email = ""] = ["username", "name", "email"].map((field) =>
    (form.get(field) ?? "").trim(),
  );
  const problem = findProblem(desk, { username, name, email, passphrase: form.get("passphrase") ?? "" });
  if (problem !== undefined) return signUpForm(form, problem);
  const person = desk.people.signUp({ username, name, email });
  return redirect(enrolmentPath, { "Set-Cookie": await desk.sessions.start(person) });
}

function findProblem(
  desk: Desk,
  { username, name, email, passphrase }: { username: string; name: string; email: string; passphrase: string },
): string | undefined {
  if (!/^[a-z][a-z0-9._-]{1,31}$/.test(username)) {
    return "A user name has 2 to 32 characters: lower-case letters, digits, dot, dash, underscore; a letter first.";
  }
  if (desk.people.findByUsername(username) !== undefined) return `The user name ${username} is taken.`;
  if (name === "" || name.length > 100) return "Please give your name (at most 100 characters).";
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) return "This is no e-mail address.";
  return isPassphrase(desk, passphrase) ? undefined : "This is not the sandbox's passphrase.";
}

function signUpForm(form: URLSearchParams, message?: string): ServiceResponse {
  const value = (field: string): string => form.get(field) ?? "";
  return page({
    title: "Sign up for an account",
    status: message === undefined ? 200 : 400,
    body: html`${alert(message)}
      <form method="post">
        <label for="username">User name</label>
        <input
          id="username"
          name="username"
          value="${value("username")}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          autofocus
        />
        <label for="name">Full name</label>
        <input id="name" name="name" value="${value("name")}" autocomplete="name" required />
        <label for="email">E-mail</label>
        <input id="email" name="email" type="email" value="${value("email")}" autocomplete="email" required />
        <label for="passphrase">The sandbox's passphrase</label>
        <input id="passphrase" name="passphrase" type="password" autocomplete="current-password" required />
        <button>Sign up</button>
      </form>`,
  });
}
