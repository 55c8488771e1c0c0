import type { ThreadSettings } from "@heddle/core";
import {
  isJsonObject,
  type AskForApproval,
  type SandboxMode,
  type SandboxPolicy as WirePolicy,
} from "@heddle/protocol";

/**
 * How enum values are spelled towards a client: as in December 2025 (`onRequest`), or as newer clients have it
 * (`on-request`). Both are accepted from everyone; the engine knows the configuration file's spelling alone, which is
 * also the newer one.
 */
export type Dialect = "classic" | "newer";

type ApprovalPolicy = ThreadSettings["approvalPolicy"];
type Policy = ThreadSettings["sandboxPolicy"];

/** The engine's spelling of an approval policy. */
export function readApprovalPolicy(wire: AskForApproval): ApprovalPolicy {
  switch (wire) {
    case "unlessTrusted":
      return "untrusted";
    case "onFailure":
      return "on-failure";
    case "onRequest":
      return "on-request";
    default:
      return wire;
  }
}

/** The engine's spelling of a sandbox mode. */
export function readSandboxMode(wire: SandboxMode): Policy["type"] {
  switch (wire) {
    case "readOnly":
      return "read-only";
    case "workspaceWrite":
      return "workspace-write";
    case "dangerFullAccess":
      return "danger-full-access";
    default:
      return wire;
  }
}

/** The engine's form of a sandbox policy. */
export function readSandboxPolicy(wire: WirePolicy): Policy {
  switch (wire.type) {
    case "readOnly":
    case "read-only":
      return { type: "read-only" };
    case "dangerFullAccess":
    case "danger-full-access":
      return { type: "danger-full-access" };
    case "workspaceWrite":
    case "workspace-write":
      return { ...wire, type: "workspace-write" };
  }
}

/** An approval policy as a client of this dialect knows it. */
export function writeApprovalPolicy(policy: ApprovalPolicy, dialect: Dialect): AskForApproval {
  if (dialect === "newer") return policy;
  switch (policy) {
    case "untrusted":
      return "unlessTrusted";
    case "on-failure":
      return "onFailure";
    case "on-request":
      return "onRequest";
    case "never":
      return "never";
  }
}

/** A sandbox policy as a client of this dialect knows it, every member written out. */
export function writeSandboxPolicy(policy: Policy, dialect: Dialect): WirePolicy {
  const newer = dialect === "newer";
  switch (policy.type) {
    case "read-only":
      return { type: newer ? policy.type : "readOnly" };
    case "danger-full-access":
      return { type: newer ? policy.type : "dangerFullAccess" };
    case "workspace-write":
      return {
        ...policy,
        type: newer ? policy.type : "workspaceWrite",
        writableRoots: [...policy.writableRoots],
      };
  }
}

/** Whether a request spells one of its values the newer way, which tells the dialect of a client that did not say. */
export function usesNewerSpelling(params: unknown): boolean {
  if (!isJsonObject(params)) return false;
  const policy = params["sandboxPolicy"];
  const type = isJsonObject(policy) ? policy["type"] : null;
  const values = [params["approvalPolicy"], params["sandbox"], type];
  return values.some((value) => typeof value === "string" && (value === "untrusted" || value.includes("-")));
}
