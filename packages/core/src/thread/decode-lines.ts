import { isRecord } from "../is-record.ts";
import { EVENT_VERSION } from "./codec.ts";
import type { StoredEvent } from "./events.ts";
import type { ThreadSettings } from "../settings/settings.ts";

/** The settings that a model was told about. */
export type Surroundings = Pick<ThreadSettings, "cwd" | "approvalPolicy" | "sandboxPolicy">;

const EVENT_TYPES: ReadonlySet<unknown> = new Set<StoredEvent["type"]>([
  "turnStarted",
  "itemStarted",
  "itemCompleted",
  "approvalDecided",
  "tokenUsageUpdated",
  "turnCompleted",
  "stepEnded",
  "threadReverted",
  "filesChanged",
  "filesRewound",
]);

/**
 * Reads the payload of an `event` line. The lines are our own: type, turn and item key are checked, the rest is
 * taken as it was written. Null for a version or a type that is not known here.
 */
export function decodeEvent(payload: unknown): StoredEvent | null {
  if (!isRecord(payload) || payload["v"] !== EVENT_VERSION) return null;
  const event = payload["event"];
  if (!isRecord(event) || !EVENT_TYPES.has(event["type"]) || typeof event["turnId"] !== "string") return null;
  if ("item" in event || event["type"] === "itemStarted" || event["type"] === "itemCompleted") {
    const item = event["item"];
    if (!isRecord(item) || typeof item["type"] !== "string" || typeof item["id"] !== "string") return null;
  }
  if (event["type"] === "turnCompleted" && !isRecord(event["outcome"])) return null;
  if (event["type"] === "stepEnded" && !isRecord(event["spent"])) return null;
  if (event["type"] === "filesChanged" && typeof event["changes"] !== "string") return null;
  return event as unknown as StoredEvent;
}

const APPROVAL_POLICIES: readonly ThreadSettings["approvalPolicy"][] = [
  "untrusted",
  "on-failure",
  "on-request",
  "never",
];

/** Reads what a `turn_context` line says about the model's surroundings; null when a part is missing or unknown. */
export function decodeSurroundings(payload: unknown): Surroundings | null {
  if (!isRecord(payload)) return null;
  const { cwd, approval_policy: approval, sandbox_policy: sandbox } = payload;
  const approvalPolicy = APPROVAL_POLICIES.find((policy) => policy === approval);
  const sandboxPolicy = decodeSandboxPolicy(sandbox);
  if (typeof cwd !== "string" || approvalPolicy === undefined || sandboxPolicy === null) return null;
  return { cwd, approvalPolicy, sandboxPolicy };
}

function decodeSandboxPolicy(value: unknown): ThreadSettings["sandboxPolicy"] | null {
  if (!isRecord(value)) return null;
  switch (value["type"]) {
    case "read-only":
    case "danger-full-access":
      return { type: value["type"] };
    case "workspace-write": {
      const roots = value["writable_roots"];
      return {
        type: "workspace-write",
        writableRoots: Array.isArray(roots) ? roots.filter((root): root is string => typeof root === "string") : [],
        networkAccess: value["network_access"] === true,
        excludeTmpdirEnvVar: value["exclude_tmpdir_env_var"] === true,
        excludeSlashTmp: value["exclude_slash_tmp"] === true,
      };
    }
    default:
      return null;
  }
}
