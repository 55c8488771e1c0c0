import { Option } from "commander";
import type { SandboxMode } from "@heddle/protocol";
import { append, once, oneOf } from "../command-line/option-kinds.ts";
import type { ColorChoice } from "./paint.ts";

/** Which thread a run works on. */
export type ExecTarget =
  | { readonly type: "new" }
  | { readonly type: "resume"; readonly threadId: string }
  | { readonly type: "resumeLast" };

/**
 * What the arguments of `heddle exec` say. Null and empty mean that nothing was said. `profile` and `addDirs` are
 * settings of the server: whoever makes it takes them into its configuration.
 */
export interface ExecOptions {
  readonly target: ExecTarget;
  /** `-` for standard input. */
  readonly prompt: string | null;
  readonly stdinContext: boolean;
  readonly images: readonly string[];
  readonly model: string | null;
  readonly profile: string | null;
  readonly sandbox: SandboxMode | null;
  readonly cwd: string | null;
  readonly addDirs: readonly string[];
  readonly skipGitRepoCheck: boolean;
  readonly color: ColorChoice;
  readonly json: boolean;
  readonly lastMessageFile: string | null;
  readonly outputSchemaFile: string | null;
}

const SANDBOX_MODES = {
  "read-only": "readOnly",
  "workspace-write": "workspaceWrite",
  "danger-full-access": "dangerFullAccess",
} as const satisfies Record<string, SandboxMode>;

/** The options of `exec`, for commander. They are good on both sides of `resume`. Source: command line spec, section 2. */
export function execOptions(): readonly Option[] {
  return [
    new Option("-i, --image <file>", "attach an image to the first message (repeatable)").argParser(append),
    new Option("-m, --model <model>", "the model to use").argParser(once),
    new Option("-p, --profile <name>", "the configuration profile to use").argParser(once),
    oneOf(new Option("-s, --sandbox <mode>", "what commands may touch"), Object.keys(SANDBOX_MODES)),
    new Option("--full-auto", "short for --sandbox workspace-write"),
    new Option(
      "--dangerously-bypass-approvals-and-sandbox",
      "run commands without a sandbox; only inside a container that is one itself",
    ).conflicts("fullAuto"),
    new Option("--yolo", "the same").conflicts("fullAuto").hideHelp(),
    new Option("-C, --cd <dir>", "the directory to work in").argParser(once),
    new Option("--add-dir <dir>", "another directory that commands may write to (repeatable)").argParser(append),
    new Option("--skip-git-repo-check", "run outside a git repository too"),
    oneOf(new Option("--color <when>", "colour of human output (default: auto)"), ["always", "never", "auto"]),
    new Option("--json", "print events as JSON lines"),
    new Option("--experimental-json", "the same").hideHelp(),
    new Option("-o, --output-last-message <file>", "write the final message to a file").argParser(once),
    new Option("--output-schema <file>", "a JSON Schema that the final message has to fit").argParser(once),
    new Option("--stdin-context", "append standard input to the prompt"),
  ];
}

/** What commander makes of `execOptions`. */
export interface ParsedExecOptions {
  readonly image?: readonly string[];
  readonly model?: string;
  readonly profile?: string;
  readonly sandbox?: keyof typeof SANDBOX_MODES;
  readonly fullAuto?: boolean;
  readonly dangerouslyBypassApprovalsAndSandbox?: boolean;
  readonly yolo?: boolean;
  readonly cd?: string;
  readonly addDir?: readonly string[];
  readonly skipGitRepoCheck?: boolean;
  readonly color?: ColorChoice;
  readonly json?: boolean;
  readonly experimentalJson?: boolean;
  readonly outputLastMessage?: string;
  readonly outputSchema?: string;
  readonly stdinContext?: boolean;
}

/** The options of a run from what commander parsed. */
export function toExecOptions(parsed: ParsedExecOptions, target: ExecTarget, prompt: string | null): ExecOptions {
  return {
    target,
    prompt,
    stdinContext: parsed.stdinContext ?? false,
    images: parsed.image ?? [],
    model: parsed.model ?? null,
    profile: parsed.profile ?? null,
    sandbox: sandboxMode(parsed),
    cwd: parsed.cd ?? null,
    addDirs: parsed.addDir ?? [],
    skipGitRepoCheck: parsed.skipGitRepoCheck ?? false,
    color: parsed.color ?? "auto",
    json: (parsed.json ?? false) || (parsed.experimentalJson ?? false),
    lastMessageFile: parsed.outputLastMessage ?? null,
    outputSchemaFile: parsed.outputSchema ?? null,
  };
}

function sandboxMode(parsed: ParsedExecOptions): SandboxMode | null {
  if (parsed.yolo === true || parsed.dangerouslyBypassApprovalsAndSandbox === true) return "dangerFullAccess";
  if (parsed.fullAuto === true) return "workspaceWrite";
  return parsed.sandbox === undefined ? null : SANDBOX_MODES[parsed.sandbox];
}
