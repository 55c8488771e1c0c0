import type { ReviewTarget, SandboxMode, TurnLimits } from "@heddle/protocol";
import type { ColorChoice } from "./paint.ts";

/** What a run works on. */
export type ExecTarget =
  | { readonly type: "new" }
  | { readonly type: "resume"; readonly threadId: string }
  | { readonly type: "resumeLast" }
  /** A review, on a new thread. */
  | { readonly type: "review"; readonly of: ReviewSubject };

/** What is reviewed; the instructions of a custom review are the prompt. */
export type ReviewSubject = Exclude<ReviewTarget, { type: "custom" }> | { readonly type: "custom" };

/**
 * What the arguments of `heddle exec` say. Null and empty mean that nothing was said. `profile`, `addDirs` and
 * `localProvider` are settings of the server: whoever makes it takes them into its configuration.
 */
export interface ExecOptions {
  readonly target: ExecTarget;
  /** `-` for standard input. */
  readonly prompt: string | null;
  readonly stdinContext: boolean;
  readonly images: readonly string[];
  readonly model: string | null;
  /** A provider of models on this machine: this one, or the one that the configuration names. */
  readonly localProvider: "lmstudio" | "ollama" | "configured" | null;
  readonly profile: string | null;
  readonly sandbox: SandboxMode | null;
  readonly cwd: string | null;
  readonly addDirs: readonly string[];
  readonly skipGitRepoCheck: boolean;
  readonly color: ColorChoice;
  readonly json: boolean;
  readonly lastMessageFile: string | null;
  readonly outputSchemaFile: string | null;
  /** What the turn may use, within what the configuration allows; null when nothing was said. */
  readonly limits: TurnLimits | null;
}
