import type { Child, TerminalSize } from "@heddle/sandbox";

/** How much that has been written may wait to be read. */
const MAX_WAITING_INPUT = 1024 * 1024;
/** The key that ends the input at a terminal. */
const END_OF_INPUT = "\u0004";

/** A client's command while it runs. */
export interface RunningCommand {
  /** Whether it was started so that it can be written to. */
  readonly takesInput: boolean;
  readonly hasTerminal: boolean;
  /** Resolves when the bytes are with the command. False: it has ended, or too much waits to be read already. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** It will read no more than what has been written. */
  endInput(): void;
  /** No effect without a terminal. */
  resize(size: TerminalSize): void;
  /** Ends it with all that it has started. */
  terminate(): void;
}

/** @param terminate ends the child. */
export function toRunningCommand(
  { stdin, terminal }: Pick<Child, "stdin" | "terminal">,
  terminate: () => void,
): RunningCommand {
  return {
    takesInput: stdin !== null,
    hasTerminal: terminal !== null,
    write(bytes) {
      if (stdin === null || !stdin.writable || stdin.writableLength > MAX_WAITING_INPUT) return Promise.resolve(false);
      return new Promise((resolve) => void stdin.write(bytes, (error) => resolve(!error)));
    },
    endInput() {
      if (stdin === null || !stdin.writable) return;
      if (terminal === null) stdin.end();
      else stdin.write(END_OF_INPUT);
    },
    resize: (size) => terminal?.resize(size),
    terminate,
  };
}
