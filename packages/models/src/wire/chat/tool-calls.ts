import { asNumber, asObject, asString, type JsonObject } from "../../json.ts";

/** A call that is being streamed. */
export interface StreamedCall {
  readonly index: number;
  readonly itemId: string;
  /** As the endpoint names it; empty until it does. */
  id: string;
  name: string;
  arguments: string;
}

/**
 * Finds the call that a delta belongs to: by its index, else by its id, else the last one. Endpoints that give every
 * call the same index are told by the ids. Source: models spec, section 3.2.
 */
export function mergeCallDelta(calls: StreamedCall[], delta: JsonObject, newItemId: () => string): StreamedCall {
  const id = asString(delta["id"]) ?? "";
  const { name, arguments: json } = asObject(delta["function"]);
  const call = findCall(calls, asNumber(delta["index"]), id) ?? addCall(calls, asNumber(delta["index"]), newItemId());
  if (call.id === "") call.id = id;
  if (call.name === "") call.name = asString(name) ?? "";
  call.arguments += typeof json === "object" && json !== null ? JSON.stringify(json) : (asString(json) ?? "");
  return call;
}

function findCall(calls: readonly StreamedCall[], index: number | null, id: string): StreamedCall | undefined {
  if (index !== null) {
    const known = calls.findLast((call) => call.index === index);
    return known === undefined || id === "" || known.id === "" || known.id === id ? known : undefined;
  }
  return id === "" ? calls.at(-1) : calls.find((call) => call.id === id);
}

function addCall(calls: StreamedCall[], index: number | null, itemId: string): StreamedCall {
  const free = calls.reduce((next, call) => Math.max(next, call.index + 1), 0);
  const call: StreamedCall = { index: index ?? free, itemId, id: "", name: "", arguments: "" };
  calls.push(call);
  return call;
}
