import { matchingRules, type Policy } from "@heddle/execpolicy";
import type { ExecRequest, SandboxPolicy } from "@heddle/sandbox";
import { judgeScript } from "./judge-script.ts";

/** What happens with a program that a wrapper asks about. */
export type ProgramVerdict =
  | { readonly type: "forbidden" }
  | {
      readonly type: "run";
      /** Whether a person has to allow it first. */
      readonly ask: boolean;
      /** Whether it then runs outside of the sandbox. */
      readonly outside: boolean;
    };

export interface ProgramCircumstances {
  readonly sandbox: SandboxPolicy["type"];
  /** Whether rules name programs by their whole paths only (`--preserve-program-paths`). */
  readonly preserveProgramPaths: boolean;
  /** Whether the file is the program that its name stands for, and nobody in the sandbox can change it. */
  readonly isTrusted: (file: string) => boolean;
}

/**
 * Decides about one program: a rule means "outside of the sandbox", the heuristics never do. Rules name programs, so that
 * the base name of the file counts; for a rule that allows, only of a trusted file, as any file can have the name of a
 * trusted program. What a shell or `env` is to run in turn is looked at for what restricts. Source: MCP spec, section D.
 */
export function judgeProgram(
  policy: Policy,
  { file, argv }: Pick<ExecRequest, "file" | "argv">,
  { sandbox, preserveProgramPaths, isTrusted }: ProgramCircumstances,
): ProgramVerdict {
  const args = argv.slice(1);
  const name = file.slice(file.lastIndexOf("/") + 1);
  // A bare name is a file of the working folder here, and no program that a rule could mean.
  const path = name === file ? `./${file}` : file;
  const byName = preserveProgramPaths ? [] : matchingRules(policy, [name, ...args]);
  const trusted = byName.length > 0 && isTrusted(path);
  const rules = [
    ...matchingRules(policy, [path, ...args]),
    ...byName.filter(({ rule }) => trusted || rule.decision !== "allow"),
  ].map(({ rule }) => rule.decision);
  // Where a rule counts by the name, the heuristics have no say.
  const whole = judgeScript(policy, [trusted ? name : path, ...args], sandbox);
  if (whole.type === "forbidden" || rules.includes("forbidden")) return { type: "forbidden" };
  if (rules.includes("prompt")) return { type: "run", ask: true, outside: true };
  if (whole.ask.length > 0) return { type: "run", ask: true, outside: false };
  return { type: "run", ask: false, outside: rules.includes("allow") };
}
