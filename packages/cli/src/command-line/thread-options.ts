import { Option, type Command } from "commander";
import { SANDBOX_MODES } from "../policy/choices.ts";
import { append, once, oneOf } from "./option-kinds.ts";

/** The providers of models that run on this machine. */
export const LOCAL_PROVIDERS = ["lmstudio", "ollama"] as const;

/** What every command takes that works on a thread. Source: command line spec, sections 1 and 2. */
export function threadOptions(): readonly Option[] {
  return [
    new Option("-i, --image <file>", "attach an image to the first message (repeatable)").argParser(append),
    new Option("-m, --model <model>", "the model to use").argParser(once),
    new Option("--oss", "use a model that runs on this machine"),
    oneOf(new Option("--local-provider <provider>", "which program runs it (with --oss)"), LOCAL_PROVIDERS),
    new Option("-p, --profile <name>", "the configuration profile to use").argParser(once),
    oneOf(new Option("-s, --sandbox <mode>", "what commands may touch"), SANDBOX_MODES),
    new Option(
      "--dangerously-bypass-approvals-and-sandbox",
      "run commands without a sandbox; only inside a container that is one itself",
    ).conflicts("fullAuto"),
    new Option("--yolo", "the same").conflicts("fullAuto").hideHelp(),
    new Option("-C, --cd <dir>", "the directory to work in").argParser(once),
    new Option("--add-dir <dir>", "another directory that commands may write to (repeatable)").argParser(append),
  ];
}

/** What commander makes of `threadOptions`. */
export interface ParsedThreadOptions {
  readonly image?: readonly string[];
  readonly model?: string;
  readonly oss?: boolean;
  readonly localProvider?: (typeof LOCAL_PROVIDERS)[number];
  readonly profile?: string;
  readonly sandbox?: (typeof SANDBOX_MODES)[number];
  readonly fullAuto?: boolean;
  readonly dangerouslyBypassApprovalsAndSandbox?: boolean;
  readonly yolo?: boolean;
  readonly cd?: string;
  readonly addDir?: readonly string[];
}

/**
 * The options of a command with those given before its name: of what may stand once the later one counts, what may
 * stand often adds up. Commander's own `optsWithGlobals` prefers the earlier one.
 */
export function optionsOf<Options extends object>(command: Command): Partial<Options> {
  const before: Record<string, unknown> = command.parent === null ? {} : optionsOf(command.parent);
  const merged: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(command.opts())) {
    const earlier = before[name];
    merged[name] = Array.isArray(value) && Array.isArray(earlier) ? [...earlier, ...value] : value;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parsers of the options made these values
  return merged as Partial<Options>;
}

/** Refuses two options that exclude each other and stand on different sides of a command's name. */
export function refuseConflicts(command: Command): void {
  const { fullAuto, yolo, dangerouslyBypassApprovalsAndSandbox } = optionsOf<ParsedThreadOptions>(command);
  if (fullAuto === true && (yolo === true || dangerouslyBypassApprovalsAndSandbox === true)) {
    command.error(
      "error: option '--full-auto' cannot be used with option '--dangerously-bypass-approvals-and-sandbox'",
    );
  }
}
