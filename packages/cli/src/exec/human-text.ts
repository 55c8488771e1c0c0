import type {
  CommandExecutionItem,
  FileChangeItem,
  FileUpdateChange,
  McpToolCallItem,
  TurnPlanStep,
} from "@heddle/protocol";
import { firstLines, formatDuration } from "./format.ts";
import type { OpenedThread } from "./input.ts";
import type { Paint } from "./paint.ts";
import { visibleText } from "./visible-text.ts";

/** How much of a command's output is shown. The whole of it is in the thread. */
export const OUTPUT_LINES = 20;

const RULE = "--------";

/** Who or what the lines below come from. */
export function said(label: string, paint: Paint): string {
  return paint.magenta(label);
}

/** The block at the top: what runs where and with which rights, then the prompt. */
export function headerText(
  thread: OpenedThread,
  { version, paint }: { readonly version: string; readonly paint: Paint },
): string {
  const { reasoning } = thread;
  const fields: (readonly [string, string])[] = [
    ["workdir", thread.cwd],
    ["model", thread.model],
    ["provider", thread.provider],
    ["approval", thread.approvalPolicy],
    ["sandbox", thread.sandbox],
    ...(reasoning === null
      ? []
      : ([
          ["reasoning effort", reasoning.effort],
          ["reasoning summaries", reasoning.summaries],
        ] as const)),
    ["session id", thread.threadId],
  ];
  const lines = fields.map(([label, value]) => `${paint.bold(`${label}:`)} ${visibleText(value)}`);
  const prompt = [paint.cyan("user"), visibleText(thread.prompt)];
  return [`Heddle v${version}`, RULE, ...lines, RULE, ...prompt, ""].join("\n");
}

/** `<command> in <cwd>`, without a line end: the outcome follows. */
export function commandLine(item: CommandExecutionItem, paint: Paint): string {
  return `${paint.bold(visibleText(item.command))} in ${visibleText(item.cwd)}`;
}

/** ` succeeded in 12ms:`, ` exited 2 in 262ms:` or ` declined`. */
export function commandOutcome(item: CommandExecutionItem, paint: Paint): string {
  if (item.status === "declined") return paint.red(" declined");
  const took = item.durationMs === null ? "" : ` in ${formatDuration(item.durationMs)}`;
  return item.exitCode === 0 ? paint.green(` succeeded${took}:`) : paint.red(` exited ${item.exitCode ?? -1}${took}:`);
}

/** The first `count` lines of an output, dim; nothing for no output. */
export function outputText(output: string, count: number, paint: Paint): string {
  const text = firstLines(visibleText(output), count);
  return text === "" ? "" : `${mapLines(text, paint.dim)}\n`;
}

/** `file update`, then each file with its content or hunks. */
export function fileChangeText(item: FileChangeItem, paint: Paint): string {
  const files = item.changes.map((change) => `${paint.bold(fileTitle(change))}\n${changeBody(change, paint)}\n`);
  return `${said("file update", paint)}\n${files.join("")}`;
}

/** `apply_patch(auto_approved=true) exited 0 in 37ms:`. Nobody can be asked in this mode, so what ran was approved. */
export function patchTitle(item: FileChangeItem, took: string | null, paint: Paint): string {
  if (item.status === "declined") return paint.red("apply_patch declined");
  const passed = item.status === "completed";
  const title = `apply_patch(auto_approved=true) exited ${passed ? 0 : 1}${took === null ? "" : ` in ${took}`}:`;
  return passed ? paint.green(title) : paint.red(title);
}

/** A unified diff with its lines coloured. */
export function diffText(diff: string, paint: Paint): string {
  return mapLines(visibleText(diff).replace(/\n$/, ""), (line) => {
    if (line.startsWith("+++") || line.startsWith("---") || line.startsWith("diff --git ")) return paint.bold(line);
    if (line.startsWith("@@")) return paint.cyan(line);
    if (line.startsWith("+")) return paint.green(line);
    return line.startsWith("-") ? paint.red(line) : line;
  });
}

/** `Plan update`, the explanation, the steps. */
export function planText(
  { explanation, plan }: { readonly explanation: string | null; readonly plan: readonly TurnPlanStep[] },
  paint: Paint,
): string {
  const steps = plan.map(({ step, status }) => {
    const text = visibleText(step);
    switch (status) {
      case "completed":
        return `  ${paint.green("✓")} ${text}`;
      case "inProgress":
        return `  ${paint.cyan("→")} ${text}`;
      case "pending":
        return paint.dim(`  • ${text}`);
    }
  });
  const lines = [said("Plan update", paint), ...(explanation === null ? [] : [visibleText(explanation)]), ...steps];
  return `${lines.join("\n")}\n`;
}

/** `tool server.tool({"a":1})`. */
export function toolCallText(item: McpToolCallItem, paint: Paint): string {
  return `${said("tool", paint)} ${paint.bold(invocation(item))}\n`;
}

/** `server.tool({"a":1}) success in 18ms:`, then the result as JSON. */
export function toolOutcomeText(item: McpToolCallItem, paint: Paint): string {
  const took = item.durationMs === null ? "" : ` in ${formatDuration(item.durationMs)}`;
  const passed = item.status === "completed";
  const title = `${invocation(item)} ${passed ? "success" : "failed"}${took}:`;
  const result = JSON.stringify(item.result ?? item.error, null, 2);
  return `${passed ? paint.green(title) : paint.red(title)}\n${outputText(result, OUTPUT_LINES, paint)}`;
}

function invocation({ server, tool, arguments: input }: McpToolCallItem): string {
  return visibleText(`${server}.${tool}(${input === null ? "" : JSON.stringify(input)})`);
}

function fileTitle({ path, kind }: FileUpdateChange): string {
  switch (kind.type) {
    case "add":
      return `A ${visibleText(path)}`;
    case "delete":
      return `D ${visibleText(path)}`;
    case "update": {
      const target = kind.move_path;
      return visibleText(target === null ? `M ${path}` : `R ${path} → ${target}`);
    }
  }
}

function changeBody({ kind, diff }: FileUpdateChange, paint: Paint): string {
  const text = visibleText(diff).replace(/\n$/, "");
  switch (kind.type) {
    case "add":
      return mapLines(text, paint.green);
    case "delete":
      return mapLines(text, paint.red);
    case "update": {
      // The wire repeats the target of a move under the hunks; the title has it already.
      const hunks = kind.move_path === null ? text : text.replace(`\n\nMoved to: ${visibleText(kind.move_path)}`, "");
      return diffText(hunks, paint);
    }
  }
}

/** Styles a text line by line: a style that runs over line ends is lost by pagers and by scrolling. */
function mapLines(text: string, style: (line: string) => string): string {
  return text.split("\n").map(style).join("\n");
}
