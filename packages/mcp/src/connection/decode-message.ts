import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { isObject } from "../json.ts";

/**
 * A line of a server as a message; null when it is none. What kind it is, and whether its members fit, is decided by
 * the protocol layer of the SDK, which reads every message anyway.
 */
export function decodeMessage(line: string): JSONRPCMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return isObject(value) && value["jsonrpc"] === "2.0" ? (value as unknown as JSONRPCMessage) : null;
}
