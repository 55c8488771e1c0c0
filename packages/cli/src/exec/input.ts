import type { ServerNotification } from "@heddle/protocol";

/** The thread that a run works on, as the answer to its start or resume tells it. */
export interface OpenedThread {
  readonly threadId: string;
  readonly cwd: string;
  readonly model: string;
  readonly provider: string;
  readonly approvalPolicy: string;
  /** Without ANSI, for example `workspace-write [workdir, /tmp, $TMPDIR]`. */
  readonly sandbox: string;
  /** The two lines about reasoning; null for a provider that has no such settings. */
  readonly reasoning: { readonly effort: string; readonly summaries: string } | null;
  /** What the person asked for, as it is echoed. */
  readonly prompt: string;
}

/** What a renderer folds, in this order: the thread once, then everything that happens on it. */
export type ExecInput =
  | { readonly type: "threadOpened"; readonly thread: OpenedThread }
  | {
      readonly type: "notified";
      readonly message: ServerNotification;
      /** When it arrived, in milliseconds of any clock that only goes forward. */
      readonly atMs: number;
    }
  /** The turn will have no end of its own: the server is gone, refused it, or was never asked. */
  | {
      readonly type: "brokeOff";
      readonly cause: { readonly type: "interrupted" } | { readonly type: "failed"; readonly reason: string };
    };
