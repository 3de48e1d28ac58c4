import { type Html, html, notice } from "./html.ts";

/** What is wrong with a form, by the name of the field. */
export type Problems = Readonly<Record<string, string>>;

export interface Field {
  /** Also its id. */
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  /** Under the label: what to write. */
  readonly hint?: Html | string | undefined;
  /** Beside the field: what is wrong with what was written. */
  readonly problem?: string | undefined;
  /** The field that is written in first. */
  readonly first?: boolean;
}

interface Input extends Field {
  /** Default `text`. */
  readonly type?: "text" | "email" | "password";
  /** What browsers may fill in. @see HTML, "Autofill detail tokens" */
  readonly autocomplete: string;
}

export function input(field: Input): Html {
  const { name, value = "", type = "text", autocomplete } = field;
  return labelled(
    field,
    html`<input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${type === "password" ? "" : value}"
      autocomplete="${autocomplete}"
      autocapitalize="${autocomplete === "name" ? "words" : "none"}"
      spellcheck="false"
      required
      ${states(field)}
    />`,
  );
}

export function textarea(field: Field & { readonly rows: number }): Html {
  const { name, value = "", rows } = field;
  // A line break right after the tag is not part of the value.
  return labelled(
    field,
    html`<textarea id="${name}" name="${name}" rows="${rows}" required ${states(field)}>${value}</textarea>`,
  );
}

export function checkbox(field: Field): Html {
  const { name, label, value = "yes", problem } = field;
  const box = html`<input type="checkbox" id="${name}" name="${name}" value="${value}" required ${states(field)} />`;
  return html`<div class="field${problem === undefined ? "" : " wrong"}">
    <label class="check" for="${name}">${box}<span>${label}</span></label>
    ${said(field)}
  </div>`;
}

/** The first of the fields that is wrong gets the focus, else the one that is written in first. */
export function focused<T extends Field>(fields: readonly T[], problems: Problems): T[] {
  const wrong = fields.find(({ name }) => Object.hasOwn(problems, name)) ?? fields[0];
  return fields.map((field) => ({
    ...field,
    ...(problems[field.name] === undefined ? {} : { problem: problems[field.name] }),
    first: field === wrong,
  }));
}

/** Above a form: how much is wrong, with links to where. */
export function summary(problems: Problems): Html | undefined {
  const entries = Object.entries(problems);
  if (entries.length === 0) return undefined;
  const items = entries.map(([name, problem]) => html`<li><a href="#${name}">${problem}</a></li>`);
  const title = entries.length === 1 ? "One thing is not right yet" : `${entries.length} things are not right yet`;
  return notice(
    html`<strong>${title}</strong>
      <ul>
        ${items}
      </ul>`,
    "error",
  );
}

function labelled(field: Field, control: Html): Html {
  const { name, label, hint, problem } = field;
  return html`<div class="field${problem === undefined ? "" : " wrong"}">
    <label for="${name}">${label}</label>
    ${hint === undefined ? undefined : html`<p class="hint" id="${name}-hint">${hint}</p>`} ${said(field)} ${control}
  </div>`;
}

function said({ name, problem }: Field): Html | undefined {
  if (problem === undefined) return undefined;
  return html`<p class="problem" id="${name}-problem"><span class="hidden">Error: </span>${problem}</p>`;
}

/** What a screen reader says with the field, and whether it is wrong. */
function states({ name, hint, problem, first }: Field): Html {
  const about = [hint === undefined ? "" : `${name}-hint`, problem === undefined ? "" : `${name}-problem`];
  const ids = about.filter(Boolean).join(" ");
  return html`${ids === "" ? undefined : html`aria-describedby="${ids}"`}
  ${problem === undefined ? undefined : html`aria-invalid="true"`} ${first === true ? html`autofocus` : undefined}`;
}
