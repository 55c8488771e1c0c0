import type { ToolSpec } from "@heddle/models";
import type { Policy } from "@heddle/execpolicy";
import { decode, type CallId, type TurnId } from "@heddle/protocol";
import type { Sandbox, Shell, ShellSnapshot } from "@heddle/sandbox";
import type { Static, TObject } from "@sinclair/typebox";
import type { CommandRisk } from "../approvals/assess-risk.ts";
import type { ApprovalDesk } from "../approvals/desk.ts";
import type { TruncationPolicy } from "../history/truncate.ts";
import type { ChangeRecorder } from "../rewind/recorder.ts";
import type { ThreadSettings } from "../settings/settings.ts";
import type { ThreadEvent } from "../thread/events.ts";
import type { ThreadProcesses } from "../processes/thread-processes.ts";
import type { CommandPlan } from "./command-plan.ts";
import type { ItemWriter } from "../turn/items.ts";
import type { TurnFiles } from "../turn/turn-files.ts";
import { textOutput, type ToolOutput } from "./output.ts";

/** What a tool may touch while it serves one call: the turn's surroundings, handed in as plain values. */
export interface ToolContext {
  readonly turnId: TurnId;
  readonly settings: ThreadSettings;
  readonly truncation: TruncationPolicy;
  /** Fires when the turn is interrupted or its thread closes. */
  readonly signal: AbortSignal;
  readonly items: ItemWriter;
  readonly emit: (event: ThreadEvent) => void;
  readonly approvals: ApprovalDesk;
  /** What a model thinks of a command that a person is asked about; null where nobody wants to know, or it does not say. */
  readonly assessRisk: (plan: CommandPlan, failure: string | null) => Promise<CommandRisk | null>;
  readonly rules: { current(): Policy; allow(prefix: readonly string[]): Promise<void>; readonly amendments: boolean };
  readonly sandbox: Sandbox;
  /** Says once per thread, if it is so, that the sandbox of this machine does not do all that policies say. */
  readonly announceSandbox: () => void;
  /** Processes that go on when the call that opened them, or the turn, has ended. */
  readonly processes: ThreadProcesses;
  readonly shell: Shell;
  /** What the user's profile sets, taken once per thread; null with the feature `shell_snapshot` off, or without one. */
  readonly shellSnapshot: () => Promise<ShellSnapshot | null>;
  /** The shell that a model names; `/bin/sh` where that is none. */
  readonly namedShell: (name: string) => Shell;
  /** The environment of this process, as it was handed in: `TMPDIR` decides on a writable root. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The environment of a child that runs under the turn's policy. */
  readonly childEnvironment: (situation: CommandSituation) => Record<string, string>;
  /** The program that searches in files: an absolute path, or a name on the PATH. */
  readonly ripgrep: () => Promise<string>;
  /** Files as the turn's patches see and change them, and the diff that adds up. */
  readonly files: TurnFiles;
  /** Keeps what commands and patches change in files: whoever runs one that may, runs it in here. */
  readonly changes: ChangeRecorder;
  /** Records a message for the model behind the outputs of this response. */
  readonly tellModel: (content: readonly MessagePart[]) => void;
  /** Between 0 and 1. */
  readonly random: () => number;
}

/** What of a command decides about its environment. */
export interface CommandSituation {
  readonly sandboxed: boolean;
  /** Whether it gets a terminal of its own. Default false. */
  readonly pty?: boolean;
}

/** A part of a message that a tool leaves for the model. */
type MessagePart =
  | { readonly type: "input_text"; readonly text: string }
  | { readonly type: "input_image"; readonly image_url: string };

/** One call of a model, as its tool sees it. */
export interface ToolCall {
  readonly callId: CallId;
  /** The name under which the model called it. */
  readonly name: string;
  readonly payload:
    | { readonly type: "function"; readonly arguments: string }
    | { readonly type: "custom"; readonly input: string };
}

/** A tool: a name that models call, and what happens then. */
export interface Tool {
  readonly name: string;
  /** Exclusive calls run one at a time in the model's order; parallel ones may share. */
  readonly admission: "parallel" | "exclusive";
  /**
   * Serves a call. Whatever the model can act on is an output, never an error.
   * @throws TurnInterrupted when a person cancelled the turn from an approval.
   */
  handle(call: ToolCall, context: ToolContext): Promise<ToolOutput>;
}

/** A tool with its offer to the model. */
export interface OfferedTool {
  readonly tool: Tool;
  readonly spec: ToolSpec;
}

/** What a function tool does with its decoded arguments. */
export interface FunctionToolDefinition<Input extends TObject> {
  readonly name: string;
  readonly admission: Tool["admission"];
  readonly input: Input;
  readonly handle: (input: Static<Input>, call: ToolCall, context: ToolContext) => Promise<ToolOutput>;
}

/**
 * A tool whose arguments are JSON of one shape; arguments that do not fit are answered, and nothing runs. Tools import
 * TypeBox as a namespace: of its object `Type` a bundle would have to keep all, 100 kB.
 */
export function defineFunctionTool<Input extends TObject>(definition: FunctionToolDefinition<Input>): Tool {
  const { name, admission, input, handle } = definition;
  return {
    name,
    admission,
    async handle(call, context) {
      if (call.payload.type !== "function") return textOutput(`unsupported custom tool call: ${call.name}`);
      const parsed = parseArguments(call.payload.arguments);
      if (!parsed.ok) return argumentError(parsed.reason);
      const decoded = decode(input, parsed.value);
      return decoded.ok ? handle(decoded.value, call, context) : argumentError(decoded.reason);
    },
  };
}

/** The offer of a function tool; the schema is copied without what TypeBox keeps on it for itself. */
export function functionSpec(name: string, description: string, parameters: TObject): ToolSpec {
  return { type: "function", name, description, strict: false, parameters: JSON.parse(JSON.stringify(parameters)) };
}

/** The answer for arguments that do not fit. Its beginning is exact: recorded histories have it. */
function argumentError(reason: string): ToolOutput {
  return textOutput(`failed to parse function arguments: ${reason}`);
}

/** Many models say nothing where they have nothing to say: no text is no arguments. */
function parseArguments(text: string): { ok: true; value: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, value: JSON.parse(text.trim() === "" ? "{}" : text) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Thrown through a tool call when the person answered an approval with `cancel`: the whole turn stops. */
export class TurnInterrupted extends Error {
  override readonly name = "TurnInterrupted";
}
