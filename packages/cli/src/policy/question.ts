import type { ApprovalPolicy, SandboxMode } from "@heddle/execpolicy";
import { isAbsolute } from "node:path";
import { APPROVAL_POLICIES, SANDBOX_MODES } from "./choices.ts";

/** A line of `heddle policy explain --stdin`: a command, and everything that decides about it. */
export interface BatchQuestion {
  readonly id: string | number | null;
  readonly argv: readonly string[];
  /** Text of a rule file. */
  readonly rules: string;
  readonly approvalPolicy: ApprovalPolicy;
  readonly sandbox: SandboxMode;
  /** Absolute. */
  readonly cwd: string;
  readonly escalated: boolean;
  readonly justification: string | null;
}

/** A line that is no question: why, and whose it was as far as it says. */
export interface BadQuestion {
  readonly id: string | number | null;
  readonly error: string;
}

/** Reads a line; unknown members are ignored. Source: exec policy spec, section 11. */
export function readQuestion(line: string, defaults: { readonly cwd: string }): BatchQuestion | BadQuestion {
  const parsed = parseJson(line);
  if (parsed.type === "invalid") return { id: null, error: `not JSON: ${parsed.reason}` };
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { id: null, error: "a question is a JSON object" };
  }
  const members = new Map<string, unknown>(Object.entries(value));
  const id = members.get("id") ?? null;
  if (id !== null && typeof id !== "string" && typeof id !== "number") {
    return { id: null, error: "`id` must be a string or a number" };
  }
  try {
    return {
      id,
      argv: readWords(members.get("argv")),
      rules: read(members, "rules", TEXT) ?? "",
      approvalPolicy: read(members, "approvalPolicy", oneOf(APPROVAL_POLICIES)) ?? "untrusted",
      sandbox: read(members, "sandbox", oneOf(SANDBOX_MODES)) ?? "read-only",
      cwd: read(members, "cwd", ABSOLUTE_PATH) ?? defaults.cwd,
      escalated: read(members, "escalated", TRUTH) ?? false,
      justification: read(members, "justification", TEXT_OR_NULL) ?? null,
    };
  } catch (error) {
    if (error instanceof UnfitMember) return { id, error: error.message };
    throw error;
  }
}

/** Leaves this file as a `BadQuestion` only. */
class UnfitMember extends Error {
  override readonly name = "UnfitMember";
}

function readWords(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every(isString)) return value;
  throw new UnfitMember("`argv` must be a list of strings");
}

/** What a member may be, and how that is told. */
interface Kind<Value> {
  readonly fits: (value: unknown) => value is Value;
  readonly what: string;
}

/** A member; undefined when it is not given. */
function read<Value>(members: ReadonlyMap<string, unknown>, name: string, kind: Kind<Value>): Value | undefined {
  const value = members.get(name);
  if (value === undefined || kind.fits(value)) return value;
  throw new UnfitMember(`\`${name}\` must be ${kind.what}`);
}

const isString = (value: unknown): value is string => typeof value === "string";

const TEXT: Kind<string> = { fits: isString, what: "a string" };
const TEXT_OR_NULL: Kind<string | null> = {
  fits: (value): value is string | null => value === null || isString(value),
  what: "a string or null",
};
const TRUTH: Kind<boolean> = { fits: (value): value is boolean => typeof value === "boolean", what: "true or false" };
const ABSOLUTE_PATH: Kind<string> = {
  fits: (value): value is string => isString(value) && isAbsolute(value),
  what: "an absolute path",
};

function oneOf<Choice extends string>(choices: readonly Choice[]): Kind<Choice> {
  return {
    fits: (value): value is Choice => choices.some((choice) => choice === value),
    what: `one of ${choices.map((choice) => `\`${choice}\``).join(", ")}`,
  };
}

function parseJson(text: string): { type: "valid"; value: unknown } | { type: "invalid"; reason: string } {
  try {
    return { type: "valid", value: JSON.parse(text) };
  } catch (error) {
    return { type: "invalid", reason: error instanceof Error ? error.message : String(error) };
  }
}
