import type { ResponseItem } from "@heddle/models";
import { isRecord } from "../is-record.ts";

/**
 * The last plan of a history, as the call that made it and its output: kept through a compaction, so that the model
 * goes on with the steps that clients see. Empty when there is none or every step is done.
 */
export function openPlan(history: readonly ResponseItem[]): readonly ResponseItem[] {
  const at = history.findLastIndex((item) => item.type === "function_call" && item.name === "update_plan");
  const call = history[at];
  if (call?.type !== "function_call" || !hasOpenStep(call.arguments)) return [];
  const output = history
    .slice(at + 1)
    .find((item) => item.type === "function_call_output" && item.call_id === call.call_id);
  return output === undefined ? [] : [call, output];
}

function hasOpenStep(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    if (!isRecord(value) || !Array.isArray(value["plan"])) return false;
    return value["plan"].some((step: unknown) => isRecord(step) && step["status"] !== "completed");
  } catch {
    return false; // the call failed then as well
  }
}
