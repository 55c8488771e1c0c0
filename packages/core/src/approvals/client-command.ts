import { assertWithinManaged, type ManagedBounds } from "@heddle/config";
import type { SandboxPolicy } from "@heddle/sandbox";
import { grant, type Approved } from "./grant.ts";

/**
 * A command that a client orders for itself. The client's word is the approval, as its answer to a question would be:
 * nobody is asked, and the rules, which judge what a model wants, are not. The sandbox holds, and so does what an
 * administrator has set.
 * @throws ConfigError when the policy is looser than that.
 */
export function approveClientCommand<P extends { readonly policy: SandboxPolicy }>(
  plan: P,
  managed: ManagedBounds,
): Approved<P> {
  const { type } = plan.policy;
  assertWithinManaged(managed, { sandboxMode: type });
  return grant(
    plan,
    type === "danger-full-access" ? { type: "unsandboxed", why: "fullAccess" } : { type: "sandboxed" },
  );
}
