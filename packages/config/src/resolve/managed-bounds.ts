import { ConfigError } from "../config-error.ts";
import { isManaged, type Layer } from "../layers/layer.ts";
import type { ConfigTable } from "../schema/fields/root.ts";
import type { ApprovalPolicy, ManagedBounds, SandboxMode } from "./resolved-config.ts";

/** From the strictest to the loosest. */
const APPROVAL_ORDER: readonly ApprovalPolicy[] = ["untrusted", "on-request", "on-failure", "never"];
const SANDBOX_ORDER: readonly SandboxMode[] = ["read-only", "workspace-write", "danger-full-access"];

/** What the managed layers bind. @param config the checked merge of all layers, in which managed values have won. */
export function managedBounds(layers: readonly Layer[], config: ConfigTable): ManagedBounds {
  const sourceOf = (key: string): string | null =>
    layers.find((layer) => isManaged(layer) && Object.hasOwn(layer.table, key))?.source ?? null;
  const bound = <V>(value: V | undefined, source: string | null): { value: V; source: string } | null =>
    value === undefined || source === null ? null : { value, source };
  return {
    approvalPolicy: bound(config.approval_policy, sourceOf("approval_policy")),
    sandboxMode: bound(config.sandbox_mode, sourceOf("sandbox_mode")),
  };
}

/**
 * Refuses settings that are looser than what an administrator has set. Flags, profiles and requests go through it, and
 * so must the overrides of a turn.
 * @throws ConfigError `managed`, which names the managed file.
 */
export function assertWithinManaged(
  managed: ManagedBounds,
  wanted: { readonly approvalPolicy?: ApprovalPolicy; readonly sandboxMode?: SandboxMode },
): void {
  const { approvalPolicy, sandboxMode } = wanted;
  if (approvalPolicy !== undefined) {
    refuseLooser({
      key: "approval_policy",
      order: APPROVAL_ORDER,
      bound: managed.approvalPolicy,
      wanted: approvalPolicy,
    });
  }
  if (sandboxMode !== undefined) {
    refuseLooser({ key: "sandbox_mode", order: SANDBOX_ORDER, bound: managed.sandboxMode, wanted: sandboxMode });
  }
}

function refuseLooser<V extends string>(options: {
  readonly key: string;
  readonly order: readonly V[];
  readonly bound: { readonly value: V; readonly source: string } | null;
  readonly wanted: V;
}): void {
  const { key, order, bound, wanted } = options;
  if (bound === null || order.indexOf(wanted) <= order.indexOf(bound.value)) return;
  const reason = `\`${wanted}\` is looser than \`${bound.value}\`, which the managed configuration ${bound.source} sets`;
  throw new ConfigError({ kind: "managed", file: bound.source, key, reason });
}
