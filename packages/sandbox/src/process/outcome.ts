/** A piece of output as it arrived; characters are never cut in two. */
export interface OutputDelta {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** How a command ended. */
export interface ExitOutcome {
  /** The command's own; 124 after its deadline; 128 + n when signal n ended it. */
  readonly exitCode: number;
  readonly timedOut: boolean;
  readonly aborted: boolean;
  /** The signal that ended the process, null when it exited. Within bubblewrap only the exit code tells (128 + n). */
  readonly signal: string | null;
  readonly durationMs: number;
  /** Both streams in order of arrival: the first and the last MiB, with a line between them that counts the rest. */
  readonly aggregated: string;
  /** One stream alone, within the same limits. */
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes of the aggregate that were not kept. */
  readonly omittedBytes: number;
  /** Deltas that were not delivered: beyond 10,000 of a stream, or because nobody read them for long. */
  readonly omittedDeltas: number;
  /** Why the sandbox could not be set up, in which case the command never ran; null when it did. */
  readonly setupFailure: string | null;
  /** Protected paths that the command changed where nothing could keep it from that; most are as they were again. */
  readonly tampered: readonly string[];
}
