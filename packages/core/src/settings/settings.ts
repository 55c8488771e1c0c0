import type { ApprovalPolicy } from "@heddle/execpolicy";
import type { ReasoningEffort, ReasoningSummary } from "@heddle/protocol";
import type { SandboxPolicy } from "@heddle/sandbox";

/** What a turn runs under. Held per thread; an override at the start of a turn sticks for the later ones. */
export interface ThreadSettings {
  readonly model: string;
  /** Key in the provider map. */
  readonly provider: string;
  /** Null: the model family's own default. */
  readonly effort: ReasoningEffort | null;
  readonly summary: ReasoningSummary;
  /** Absolute. */
  readonly cwd: string;
  readonly approvalPolicy: ApprovalPolicy;
  readonly sandboxPolicy: SandboxPolicy;
}

/** Changes to the settings: what is absent stays. `effort: null` goes back to the family's default. */
export type SettingsOverride = Partial<ThreadSettings>;

/** The settings after an override. */
export function withOverride(settings: ThreadSettings, override: SettingsOverride): ThreadSettings {
  return { ...settings, ...override };
}

/** Whether what the model is told about its surroundings differs between two turns. */
export function sameSurroundings(a: ThreadSettings, b: ThreadSettings): boolean {
  return (
    a.cwd === b.cwd &&
    a.approvalPolicy === b.approvalPolicy &&
    JSON.stringify(a.sandboxPolicy) === JSON.stringify(b.sandboxPolicy)
  );
}
