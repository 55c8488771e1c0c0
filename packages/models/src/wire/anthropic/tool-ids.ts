import type { ToolCallItem } from "../exchanges.ts";

/** Ids of calls as this API takes them: of a few characters only, and each only once. */
export interface ToolIds {
  ofCall(call: ToolCallItem): string;
}

/** The same calls in the same order get the same ids, so that prefixes stay what they were. */
export function createToolIds(): ToolIds {
  const ids = new Map<ToolCallItem, string>();
  const taken = new Set<string>();
  return {
    ofCall(call) {
      const known = ids.get(call);
      if (known !== undefined) return known;
      const wanted = (call.call_id ?? "call").replaceAll(/[^a-zA-Z0-9_-]/g, "_");
      let id = wanted;
      for (let copy = 2; taken.has(id); copy += 1) id = `${wanted}_${copy}`;
      taken.add(id);
      ids.set(call, id);
      return id;
    },
  };
}
