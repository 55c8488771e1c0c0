import { Option } from "commander";
import type { SandboxMode } from "@heddle/protocol";
import type { ExecOptions } from "../exec/options.ts";
import type { ColorChoice } from "../exec/paint.ts";
import { amount, once, oneOf } from "./option-kinds.ts";
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
    new Option("--max-tokens <n>", "end the turn when it has used so many tokens, in and out").argParser(amount),
    new Option("--max-tool-calls <n>", "end the turn before it calls one tool more").argParser(amount),
    new Option("--max-seconds <n>", "end the turn after so long").argParser(amount),
    new Option("--max-usd <n>", "end the turn when it has cost so much, by `model_prices`").argParser(amount),
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
  readonly maxTokens?: number;
  readonly maxToolCalls?: number;
  readonly maxSeconds?: number;
  readonly maxUsd?: number;
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
    limits: limitsOf(parsed),
  };
}

function limitsOf({ maxTokens, maxToolCalls, maxSeconds, maxUsd }: ParsedExecOptions): ExecOptions["limits"] {
  const limits = {
    ...(maxTokens === undefined ? {} : { tokens: maxTokens }),
    ...(maxToolCalls === undefined ? {} : { toolCalls: maxToolCalls }),
    ...(maxSeconds === undefined ? {} : { wallSeconds: maxSeconds }),
    ...(maxUsd === undefined ? {} : { usd: maxUsd }),
  };
  return Object.keys(limits).length === 0 ? null : limits;
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
