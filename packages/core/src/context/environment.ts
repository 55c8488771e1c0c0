import type { ApprovalPolicy } from "@heddle/execpolicy";
import { hasNetwork, type SandboxPolicy, type Shell } from "@heddle/sandbox";

/** What the model is told about where and under which rules its commands run. */
export interface EnvironmentContext {
  /** Absolute. */
  readonly cwd: string;
  readonly approvalPolicy: ApprovalPolicy;
  readonly sandboxPolicy: SandboxPolicy;
  readonly shell: Shell["kind"];
}

/** The whole block, for the start of a thread. Tags and order are exact: models know them. Source: engine spec, 3.2. */
export function environmentBlock(context: EnvironmentContext): string {
  const { cwd, approvalPolicy, sandboxPolicy, shell } = context;
  return block([cwdLine(cwd), approvalLine(approvalPolicy), ...sandboxLines(sandboxPolicy), shellLine(shell)]);
}

/**
 * A block with what has changed, and the shell; null when nothing has. The sandbox is told as a whole: a mode without
 * its roots would leave the ones from before standing.
 */
export function environmentUpdate(previous: EnvironmentContext, next: EnvironmentContext): string | null {
  const lines: string[] = [];
  if (previous.cwd !== next.cwd) lines.push(cwdLine(next.cwd));
  if (previous.approvalPolicy !== next.approvalPolicy) lines.push(approvalLine(next.approvalPolicy));
  if (!isSamePolicy(previous.sandboxPolicy, next.sandboxPolicy)) lines.push(...sandboxLines(next.sandboxPolicy));
  return lines.length === 0 ? null : block([...lines, shellLine(next.shell)]);
}

function block(lines: readonly string[]): string {
  return ["<environment_context>", ...lines.map((line) => `  ${line}`), "</environment_context>"].join("\n");
}

function cwdLine(cwd: string): string {
  return `<cwd>${escapeMarkup(cwd)}</cwd>`;
}

function approvalLine(policy: ApprovalPolicy): string {
  return `<approval_policy>${policy}</approval_policy>`;
}

function shellLine(shell: Shell["kind"]): string {
  return `<shell>${shell}</shell>`;
}

function sandboxLines(policy: SandboxPolicy): string[] {
  const lines = [
    `<sandbox_mode>${policy.type}</sandbox_mode>`,
    `<network_access>${hasNetwork(policy) ? "enabled" : "restricted"}</network_access>`,
  ];
  if (policy.type !== "workspace-write" || policy.writableRoots.length === 0) return lines;
  const roots = policy.writableRoots.map((root) => `  <root>${escapeMarkup(root)}</root>`);
  return [...lines, "<writable_roots>", ...roots, "</writable_roots>"];
}

function isSamePolicy(a: SandboxPolicy, b: SandboxPolicy): boolean {
  if (a.type !== "workspace-write" || b.type !== "workspace-write") return a.type === b.type;
  return (
    a.networkAccess === b.networkAccess &&
    a.excludeTmpdirEnvVar === b.excludeTmpdirEnvVar &&
    a.excludeSlashTmp === b.excludeSlashTmp &&
    a.writableRoots.length === b.writableRoots.length &&
    a.writableRoots.every((root, at) => root === b.writableRoots[at])
  );
}

/** A folder may be called `</cwd>`; it must not be able to say anything but its name. */
/** A text inside a tag, where it opens and closes none. */
export function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
