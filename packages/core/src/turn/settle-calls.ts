import type { ResponseItem } from "@heddle/models";
import type { ThreadItem } from "@heddle/protocol";
import { pairOutputs } from "../history/history.ts";
import { textOutput } from "../tools/output.ts";
import { isToolCall, toOutputItem, type ToolCallItem } from "./call-tools.ts";

/**
 * The outputs of calls that were not answered before the process ended: the model is told what is known, and that is
 * never that nothing has happened where something may have.
 * @param items those of the turn, as the log tells them.
 */
export function outputsOfCutOffCalls(
  history: readonly ResponseItem[],
  items: readonly ThreadItem[],
): readonly ResponseItem[] {
  const { unanswered } = pairOutputs(history);
  return history
    .filter(isToolCall)
    .filter((call) => typeof call.call_id === "string" && unanswered.has(call))
    .map((call) => toOutputItem(call, textOutput(fateOf(call, items))));
}

function fateOf({ call_id: id }: ToolCallItem, items: readonly ThreadItem[]): string {
  const item = items.find((each) => each.id === id);
  if (item === undefined || !("status" in item)) {
    return "not run: the agent was ended before this call began";
  }
  if (item.status === "inProgress") {
    return "indeterminate: the agent was ended while this call waited or ran; it may have had all of its effects, some or none. Look at the state of things before you repeat it.";
  }
  const output =
    item.type === "commandExecution" ? `\nExit code: ${item.exitCode}\nOutput:\n${item.aggregatedOutput ?? ""}` : "";
  return `this call ended as ${item.status}, and then the agent was ended${output}`;
}
