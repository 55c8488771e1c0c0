import { Option } from "commander";
import type { SandboxMode } from "@heddle/protocol";
import type { ExecOptions } from "../exec/options.ts";
import type { ColorChoice } from "../exec/paint.ts";
import { once, oneOf } from "./option-kinds.ts";
import { threadOptions, type ParsedThreadOptions } from "./thread-options.ts";

/** The options of `exec`, for commander. They are good on both sides of `resume` and `review`. */
export function execOptions(): readonly Option[] {
  return [
    ...threadOptions(),
    new Option("--full-auto", "short for --sandbox workspace-write"),
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
export interface ParsedExecOptions extends ParsedThreadOptions {
  readonly skipGitRepoCheck?: boolean;
  readonly color?: ColorChoice;
  readonly json?: boolean;
  readonly experimentalJson?: boolean;
  readonly outputLastMessage?: string;
  readonly outputSchema?: string;
  readonly stdinContext?: boolean;
}

/** The options of a run from what commander parsed. */
export function toExecOptions(
  parsed: ParsedExecOptions,
  { target, prompt }: Pick<ExecOptions, "target" | "prompt">,
): ExecOptions {
  return {
    target,
    prompt,
    stdinContext: parsed.stdinContext ?? false,
    images: parsed.image ?? [],
    model: parsed.model ?? null,
    localProvider: parsed.oss === true ? (parsed.localProvider ?? "configured") : null,
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

const SANDBOX_MODES = {
  "read-only": "readOnly",
  "workspace-write": "workspaceWrite",
  "danger-full-access": "dangerFullAccess",
} as const satisfies Record<string, SandboxMode>;

function sandboxMode(parsed: ParsedExecOptions): SandboxMode | null {
  if (parsed.yolo === true || parsed.dangerouslyBypassApprovalsAndSandbox === true) return "dangerFullAccess";
  if (parsed.fullAuto === true) return "workspaceWrite";
  return parsed.sandbox === undefined ? null : SANDBOX_MODES[parsed.sandbox];
}
