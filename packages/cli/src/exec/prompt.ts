/** Where a prompt may come from besides the arguments. */
export interface PromptSource {
  readonly isTerminal: boolean;
  /**
   * Everything up to the end of input, undecodable bytes replaced.
   * @throws when the signal fires; the source is then closed, for it would keep the process alive.
   */
  readAll(options: { readonly signal: AbortSignal }): Promise<string>;
}

/** The prompt, passed on unchanged, or what the person is told instead. */
export type PromptReading =
  | { readonly type: "prompt"; readonly text: string }
  | { readonly type: "none"; readonly message: string };

/**
 * The prompt of a run. `argument` null reads standard input with a note on stderr, `-` reads it without one. An
 * argument is enough by itself: clients keep standard input open, so it is read only when `withStdin` asks for it.
 * Source: command line spec, section 2, "Prompt and stdin".
 * @throws when the signal fires while standard input is read.
 */
export async function readPrompt({
  argument,
  withStdin,
  stdin,
  note,
  signal,
}: {
  readonly argument: string | null;
  readonly withStdin: boolean;
  readonly stdin: PromptSource;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}): Promise<PromptReading> {
  if (argument !== null && argument !== "-") {
    if (!withStdin) return { type: "prompt", text: argument };
    const context = await stdin.readAll({ signal });
    const text = context.trim() === "" ? argument : `${argument}\n\n<stdin>\n${context}\n</stdin>`;
    return { type: "prompt", text };
  }
  if (argument === null) {
    if (stdin.isTerminal) {
      const message = "No prompt provided. Either specify one as an argument or pipe the prompt into stdin.";
      return { type: "none", message };
    }
    note("Reading prompt from stdin...\n");
  }
  const text = await stdin.readAll({ signal });
  return text.trim() === "" ? { type: "none", message: "No prompt provided via stdin." } : { type: "prompt", text };
}
