/* oxlint-disable unicorn/prefer-add-event-listener -- transports of the SDK are no event targets */
import { decode, fromLegacySandboxPolicy, LegacySandboxPolicySchema } from "@heddle/protocol";
import type { SandboxPolicy } from "@heddle/sandbox";
import type { Transport } from "@modelcontextprotocol/server";
import * as Type from "@sinclair/typebox";
import { isAbsolute } from "node:path";

/** The sandbox of the host's thread. Source: MCP spec, section A6. */
export type SandboxState =
  | { readonly type: "told"; readonly policy: SandboxPolicy; readonly sandboxCwd: string }
  /** The host has said something that cannot be read: what held before may be looser than what it wants. */
  | { readonly type: "unreadable"; readonly reason: string };

const METHOD = "codex/sandbox-state/update";
/** The host's own helper (`codexLinuxSandboxExe`) is not used: we bring a sandbox. */
const StateSchema = Type.Object({ sandboxPolicy: LegacySandboxPolicySchema, sandboxCwd: Type.String() });

/** Reads the parameters of an update. */
function readSandboxState(params: unknown): SandboxState {
  const decoded = decode(StateSchema, params ?? {});
  if (!decoded.ok) return { type: "unreadable", reason: decoded.reason };
  const { sandboxPolicy, sandboxCwd } = decoded.value;
  const policy = fromLegacySandboxPolicy(sandboxPolicy);
  const roots = policy.type === "workspace-write" ? policy.writableRoots : [];
  const relative = [sandboxCwd, ...roots].find((path) => !isAbsolute(path));
  if (relative !== undefined)
    return { type: "unreadable", reason: `not an absolute path: ${JSON.stringify(relative)}` };
  return { type: "told", policy, sandboxCwd };
}

/**
 * A transport that takes the host's word about the sandbox out of the stream, notification or request, before the
 * message after it is looked at: the SDK says nothing about the order in which its handlers run.
 */
export function withSandboxState(inner: Transport, onState: (state: SandboxState) => void): Transport {
  const outer: Transport = {
    start() {
      inner.onclose = () => outer.onclose?.();
      inner.onerror = (error) => outer.onerror?.(error);
      inner.onmessage = (message, extra) => {
        if (!("method" in message) || message.method !== METHOD) return outer.onmessage?.(message, extra);
        const state = readSandboxState(message.params);
        onState(state);
        if (state.type === "unreadable") outer.onerror?.(new Error(`${METHOD} cannot be read: ${state.reason}`));
        if (!("id" in message)) return;
        const { id } = message;
        const error = state.type === "told" ? null : { code: -32602, message: state.reason };
        void inner.send({ jsonrpc: "2.0", id, ...(error === null ? { result: {} } : { error }) }).catch(() => {});
      };
      return inner.start();
    },
    send: (message, options) => inner.send(message, options),
    close: () => inner.close(),
  };
  return outer;
}
