/** What is asked of policies. */
export interface Question {
  /** `s3:GetObject` */
  readonly action: string;
  /** `arn:aws:s3:::bucket/key` */
  readonly resource: string;
  /** The names by which a statement may mean the caller; undefined where policies are the caller's own. */
  readonly principals?: readonly string[];
  /** What conditions are about, by lower-case key: `aws:referer`, `s3:prefix`. */
  readonly values: Readonly<Record<string, string | undefined>>;
  /** What stands for `${name}` in resources and conditions. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

interface Statement {
  readonly isDeny: boolean;
  readonly principals: readonly string[] | undefined;
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly Condition[];
}

/** `NotAction` and `NotResource` mean everything else. */
interface Patterns {
  readonly isNot: boolean;
  readonly patterns: readonly string[];
}

interface Condition {
  readonly operator: Operator;
  readonly key: string;
  readonly wanted: readonly string[];
}

const operators = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"] as const;
type Operator = (typeof operators)[number];

export type Policy = readonly Statement[];

/** A policy that cannot be used. `isUnknown`: it may well be good, and is beyond what is understood here. */
export class PolicyError extends Error {
  readonly isUnknown: boolean;
  constructor(message: string, isUnknown: boolean = false) {
    super(message);
    this.name = "PolicyError";
    this.isUnknown = isUnknown;
  }
}

/**
 * Reads a policy of a bucket, or of a person when `isPersonal`.
 *
 * @see AWS IAM user guide, "Grammar of the IAM JSON policy language"
 */
export function parsePolicy(text: string, isPersonal: boolean = false): Policy {
  const document = asObject(parseJson(text), "the policy");
  const statements = listOf(document["Statement"]);
  if (statements.length === 0) throw new PolicyError("the policy has no Statement");
  return statements.map((statement) => readStatement(asObject(statement, "a Statement"), isPersonal));
}

function readStatement(statement: Readonly<Record<string, unknown>>, isPersonal: boolean): Statement {
  const { Effect: effect, NotPrincipal, Principal } = statement;
  if (effect !== "Allow" && effect !== "Deny") throw new PolicyError("Effect is Allow or Deny");
  if (NotPrincipal !== undefined) throw new PolicyError("NotPrincipal is not implemented", true);
  if (!isPersonal && Principal === undefined) throw new PolicyError("a Statement has no Principal");
  const actions = readPatterns(statement, "Action");
  const unknown = actions.patterns.find((action) => !/^(\*|(s3|sts|admin|kms):[A-Za-z*?]+)$/.test(action));
  if (unknown !== undefined) throw new PolicyError(`${unknown} is no action`);
  return {
    isDeny: effect === "Deny",
    principals: Principal === undefined ? undefined : readPrincipals(Principal),
    actions,
    resources: readPatterns(statement, "Resource"),
    conditions: readConditions(statement["Condition"]),
  };
}

function readPatterns(statement: Readonly<Record<string, unknown>>, name: "Action" | "Resource"): Patterns {
  const isNot = statement[`Not${name}`] !== undefined;
  const patterns = textsOf(statement[isNot ? `Not${name}` : name]);
  if (patterns.length === 0) throw new PolicyError(`a Statement has no ${name}`);
  return { isNot, patterns };
}

function readPrincipals(principal: unknown): readonly string[] {
  return principal === "*" ? ["*"] : textsOf(asObject(principal, "Principal")["AWS"]);
}

function readConditions(condition: unknown): readonly Condition[] {
  if (condition === undefined) return [];
  return Object.entries(asObject(condition, "Condition")).flatMap(([name, keys]) => {
    const operator = operators.find((known) => known === name);
    if (operator === undefined) throw new PolicyError(`the condition ${name} is not implemented`, true);
    return Object.entries(asObject(keys, name)).map(([key, wanted]) => ({
      operator,
      key: key.toLowerCase(),
      wanted: textsOf(wanted),
    }));
  });
}

/** Whether a policy allows something to everybody on no condition. */
export function isPublic(policy: Policy): boolean {
  return policy.some(
    ({ isDeny, principals, conditions }) => !isDeny && conditions.length === 0 && principals?.includes("*") === true,
  );
}

/** What policies say together: a Deny wins over every Allow. */
export function judgePolicy(policy: Policy, question: Question): "allow" | "deny" | "nothing" {
  const apt = policy.filter((statement) => isAbout(statement, question));
  if (apt.some(({ isDeny }) => isDeny)) return "deny";
  return apt.length > 0 ? "allow" : "nothing";
}

function isAbout({ principals, actions, resources, conditions }: Statement, question: Question): boolean {
  const fill = (pattern: string): string => substitute(pattern, question.variables ?? {});
  const named = principals?.some((name) => name === "*" || question.principals?.includes(name)) ?? true;
  return (
    named &&
    hits(actions, question.action, (pattern) => pattern) &&
    hits(resources, question.resource, fill) &&
    conditions.every((condition) => holds(condition, question.values[condition.key], fill))
  );
}

function hits({ isNot, patterns }: Patterns, text: string, fill: (pattern: string) => string): boolean {
  return patterns.some((pattern) => isLike(fill(pattern), text)) !== isNot;
}

function holds({ operator, wanted }: Condition, value: string | undefined, fill: (text: string) => string): boolean {
  const isNot = operator.includes("Not");
  const fits = (text: string): boolean =>
    value !== undefined && (operator.endsWith("Like") ? isLike(fill(text), value) : fill(text) === value);
  return wanted.some(fits) !== isNot;
}

/** `*` is any text, `?` any character. */
function isLike(pattern: string, text: string): boolean {
  if (pattern === "*" || pattern === text) return true;
  const source = pattern
    .replaceAll(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "su").test(text);
}

/** A variable that nobody set fits nothing. */
function substitute(pattern: string, variables: Readonly<Record<string, string | undefined>>): string {
  return pattern.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => variables[name] ?? "\0");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PolicyError(`the policy is no JSON: ${cause instanceof Error ? cause.message : ""}`);
  }
}

function asObject(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new PolicyError(`${name} is no object`);
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).map((text) => {
    if (typeof text !== "string") throw new PolicyError("a policy names actions, resources and principals as text");
    return text;
  });
}
