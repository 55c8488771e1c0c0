import type {
  CommandExecutionItem,
  FileChangeItem,
  ServerNotification,
  ThreadItem,
  TokenUsageBreakdown,
  Turn,
} from "@heddle/protocol";
import { formatCount, formatDuration } from "./format.ts";
import {
  commandLine,
  commandOutcome,
  diffText,
  fileChangeText,
  headerText,
  OUTPUT_LINES,
  outputText,
  patchTitle,
  planText,
  said,
  toolCallText,
  toolOutcomeText,
} from "./human-text.ts";
import type { ExecInput } from "./input.ts";
import { noMcpStartup, stepMcpStartup, type McpStartup } from "./mcp-startup.ts";
import type { Paint } from "./paint.ts";
import { visibleText } from "./visible-text.ts";

/** What the output has shown so far, as far as later lines need it. */
export interface HumanState {
  /** The command whose line has no end yet, because its outcome belongs there. */
  readonly openCommand: string | null;
  /** Patches that are being applied, by item id. */
  readonly patches: ReadonlyMap<string, { readonly startedAtMs: number; readonly output: string }>;
  readonly lastMessage: string | null;
  readonly usage: TokenUsageBreakdown | null;
  /** The last error of the turn that was shown. */
  readonly shownError: string | null;
  readonly mcp: McpStartup;
}

export const initialHuman: HumanState = {
  openCommand: null,
  patches: new Map(),
  lastMessage: null,
  usage: null,
  shownError: null,
  mcp: noMcpStartup,
};

/** How the output looks: fixed for a run. */
export interface HumanLook {
  readonly version: string;
  /** For stderr; stdout gets the final message as it is. */
  readonly paint: Paint;
  /** False where stdout and stderr are one terminal: the message stands there already. */
  readonly finalMessageOnStdout: boolean;
  readonly showReasoning: boolean;
}

/** A piece of output. `text` is written as it is: it brings its own line ends. */
export interface Printed {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

const LOGIN_ADVICE =
  "The provider takes no such login or key: `heddle doctor` says what is used, `heddle login` stores another.";
const INTERRUPTED = "task interrupted\n";

interface HumanStep {
  readonly state: HumanState;
  readonly printed: readonly Printed[];
}

/** One step of human output: what `input` adds to the two streams. Source: command line spec, section 2. */
export function stepHuman(state: HumanState, input: ExecInput, look: HumanLook): HumanStep {
  switch (input.type) {
    case "threadOpened":
      return { state, printed: [toStderr(headerText(input.thread, look))] };
    case "notified":
      return stepMessage(state, input, look);
    case "brokeOff":
      return print(state, input.cause.type === "interrupted" ? INTERRUPTED : errorText(input.cause.reason, look.paint));
  }
}

function stepMessage(
  state: HumanState,
  { message, atMs }: { readonly message: ServerNotification; readonly atMs: number },
  look: HumanLook,
): HumanStep {
  const { paint } = look;
  switch (message.method) {
    case "item/started":
      return startItem(state, message.params.item, { ...look, atMs });
    case "item/fileChange/outputDelta":
      return { state: addPatchOutput(state, message.params.itemId, message.params.delta), printed: [] };
    case "item/completed":
      return completeItem(state, message.params.item, { ...look, atMs });
    case "turn/plan/updated":
      return print(state, planText(message.params, paint));
    case "turn/diff/updated":
      return print(state, `${said("file update:", paint)}\n${diffText(message.params.diff, paint)}\n`);
    case "thread/tokenUsage/updated":
      return { state: { ...state, usage: message.params.tokenUsage.total }, printed: [] };
    case "error": {
      const { error, willRetry } = message.params;
      if (willRetry) return print(state, `${paint.dim(visibleText(error.message))}\n`);
      const advice = error.codexErrorInfo === "unauthorized" ? `${LOGIN_ADVICE}\n` : "";
      return print({ ...state, shownError: error.message }, errorText(error.message, paint) + advice);
    }
    case "warning":
      return print(state, `${paint.yellow("warning:")} ${visibleText(message.params.message)}\n`);
    case "deprecationNotice": {
      const { summary, details } = message.params;
      const more = details ? `  ${paint.dim(visibleText(details))}\n` : "";
      return print(state, `${paint.yellow("deprecated:")} ${visibleText(summary)}\n${more}`);
    }
    case "mcpServer/startupStatus/updated": {
      const { startup, text } = stepMcpStartup(state.mcp, message.params);
      return print({ ...state, mcp: startup }, text);
    }
    case "thread/compacted":
      return print(state, "context compacted\n");
    case "turn/completed":
      return completeTurn(state, message.params.turn, look);
    default:
      return { state, printed: [] };
  }
}

interface ItemLook {
  readonly atMs: number;
  readonly paint: Paint;
  readonly showReasoning: boolean;
}

function startItem(state: HumanState, item: ThreadItem, { atMs, paint }: ItemLook): HumanStep {
  switch (item.type) {
    case "commandExecution": {
      const line = print(state, `${said("exec", paint)}\n${commandLine(item, paint)}`);
      return { state: { ...line.state, openCommand: item.id }, printed: line.printed };
    }
    case "fileChange": {
      const patches = new Map(state.patches).set(item.id, { startedAtMs: atMs, output: "" });
      return print({ ...state, patches }, fileChangeText(item, paint));
    }
    case "mcpToolCall":
      return print(state, toolCallText(item, paint));
    default:
      return { state, printed: [] };
  }
}

function completeItem(state: HumanState, item: ThreadItem, look: ItemLook): HumanStep {
  const { paint } = look;
  switch (item.type) {
    case "agentMessage":
      return print({ ...state, lastMessage: item.text }, `${said("heddle", paint)}\n${visibleText(item.text)}\n`);
    case "reasoning": {
      // The server leaves out what is not to be shown of the raw text.
      const text = [...item.summary, ...item.content].join("\n\n");
      if (text === "" || !look.showReasoning) return { state, printed: [] };
      return print(state, `${said("thinking", paint)}\n${visibleText(text)}\n`);
    }
    case "commandExecution":
      return completeCommand(state, item, paint);
    case "fileChange":
      return completePatch(state, item, look);
    case "mcpToolCall":
      return print(state, toolOutcomeText(item, paint));
    case "webSearch":
      return print(state, `🌐 Searched: ${visibleText(item.query)}\n`);
    case "imageView":
      return print(state, `viewed image ${visibleText(item.path)}\n`);
    case "userMessage":
    case "contextCompaction":
    case "dynamicToolCall":
    case "enteredReviewMode":
    case "exitedReviewMode":
      return { state, printed: [] };
  }
}

function completeCommand(state: HumanState, item: CommandExecutionItem, paint: Paint): HumanStep {
  const text = `${commandOutcome(item, paint)}\n${outputText(item.aggregatedOutput ?? "", OUTPUT_LINES, paint)}`;
  if (state.openCommand === item.id) {
    return { state: { ...state, openCommand: null }, printed: [toStderr(text)] };
  }
  return print(state, commandLine(item, paint) + text);
}

function completePatch(state: HumanState, item: FileChangeItem, { atMs, paint }: ItemLook): HumanStep {
  const patch = state.patches.get(item.id);
  const patches = new Map(state.patches);
  patches.delete(item.id);
  const took = patch === undefined ? null : formatDuration(atMs - patch.startedAtMs);
  const text = `${patchTitle(item, took, paint)}\n${outputText(patch?.output ?? "", OUTPUT_LINES, paint)}`;
  return print({ ...state, patches }, text);
}

function addPatchOutput(state: HumanState, itemId: string, delta: string): HumanState {
  const patch = state.patches.get(itemId);
  if (patch === undefined) return state;
  return { ...state, patches: new Map(state.patches).set(itemId, { ...patch, output: patch.output + delta }) };
}

function completeTurn(state: HumanState, turn: Turn, look: HumanLook): HumanStep {
  const { paint } = look;
  if (turn.status === "interrupted") return print(state, INTERRUPTED);
  if (turn.status === "failed") {
    const message = turn.error?.message ?? "the turn failed";
    return message === state.shownError ? { state, printed: [] } : print(state, errorText(message, paint));
  }
  const { usage, lastMessage } = state;
  const tokens = usage === null ? "" : `${said("tokens used", paint)}\n${formatCount(blendedTotal(usage))}\n`;
  const summary = print(state, tokens);
  if (lastMessage === null || !look.finalMessageOnStdout) return summary;
  const text = lastMessage.endsWith("\n") ? lastMessage : `${lastMessage}\n`;
  return { state: summary.state, printed: [...summary.printed, { stream: "stdout", text }] };
}

/** What a person thinks of as used: cached input costs next to nothing. */
function blendedTotal({ inputTokens, cachedInputTokens, outputTokens }: TokenUsageBreakdown): number {
  return inputTokens - cachedInputTokens + outputTokens;
}

function errorText(message: string, paint: Paint): string {
  return `${paint.red(`ERROR: ${visibleText(message)}`)}\n`;
}

/** Prints to stderr, on a line of its own: a command that is still running loses its open line. */
function print(state: HumanState, text: string): HumanStep {
  if (text === "") return { state, printed: [] };
  const printed = [toStderr(state.openCommand === null ? text : `\n${text}`)];
  return { state: { ...state, openCommand: null }, printed };
}

function toStderr(text: string): Printed {
  return { stream: "stderr", text };
}
