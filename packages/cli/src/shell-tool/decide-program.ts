import type { Policy } from "@heddle/execpolicy";
import type { Environment, ExecDecision, ExecRequest, SandboxPolicy } from "@heddle/sandbox";
import { basename } from "node:path";
import { judgeProgram } from "./judge-program.ts";
import type { Refusal } from "./permission.ts";
import { isTrusted } from "./trusted-program.ts";

/** A Bash that honours `BASH_EXEC_WRAPPER`, and how it is used. */
export interface WrappingBash {
  /** Absolute. */
  readonly bash: string;
  /** What it runs in the place of each program. Absolute. */
  readonly wrapper: string;
  readonly preserveProgramPaths: boolean;
}

/** Under what a program is decided about. */
export interface ProgramSurroundings {
  readonly rules: Policy;
  readonly wrapping: WrappingBash;
  readonly policy: SandboxPolicy;
  readonly sandboxCwd: string;
  /** That of our own process: where programs are found that names stand for. */
  readonly env: Environment;
  /** What the script started with. */
  readonly startEnv: Readonly<Record<string, string>>;
  /** Asks a person about a command. */
  ask(command: readonly string[]): Promise<Refusal>;
}

/**
 * Decides about a program of a script, and asks where a person decides. What leaves the sandbox is what was asked about,
 * to the letter: where that cannot be, or where variables would make another program of it, it does not run.
 */
export async function decideProgram(request: ExecRequest, surroundings: ProgramSurroundings): Promise<ExecDecision> {
  const { rules, wrapping, policy, startEnv } = surroundings;
  const { file, argv } = request;
  const verdict = judgeProgram(rules, request, {
    sandbox: policy.type,
    preserveProgramPaths: wrapping.preserveProgramPaths,
    isTrusted: (path) => isTrusted(path, surroundings),
  });
  if (verdict.type === "forbidden") return { type: "deny", reason: "Execution forbidden by policy" };
  if (verdict.outside) {
    const unfit = whyUnfit(request, startEnv);
    if (unfit !== null) return { type: "deny", reason: unfit };
  }
  const refusal = verdict.ask ? await surroundings.ask([file, ...argv.slice(1)]) : null;
  if (refusal !== null) return { type: "deny", reason: refusal };
  return { type: verdict.outside ? "escalate" : "run" };
}

/** Why a program cannot run outside of the sandbox, whatever rules and people say; null when it can. */
function whyUnfit({ file, argv, exact, env }: ExecRequest, startEnv: Readonly<Record<string, string>>): string | null {
  if (!exact) return "it would run outside of the sandbox, and its arguments or variables are no UTF-8";
  // Rules and people see the file; many programs (`git-push`, BusyBox) go by what they are told to be called.
  const [called = ""] = argv;
  if (basename(called) !== basename(file)) {
    return `it would run outside of the sandbox, where the name ${called} can make another program of it`;
  }
  const name = Object.keys(env).find((name) => steersLoader(name) && env[name] !== startEnv[name]);
  return name === undefined
    ? null
    : `it would run outside of the sandbox, where ${name} can make another program of it`;
}

/** Variables by which the system's loader takes code from elsewhere into any program. */
function steersLoader(name: string): boolean {
  return name.startsWith("LD_") || name === "GCONV_PATH" || name === "GLIBC_TUNABLES";
}
