import { addAbortSignal, type Readable } from "node:stream";

/** How long an input may be silent that somebody is to write to. */
export interface Patience {
  /** After this long without a byte `onWait` is called, once. */
  readonly noticeMs: number;
  readonly onWait: () => void;
  /** After this long without a byte it is given up. */
  readonly endMs: number;
}

/** For a key that somebody pipes in. */
export function keyPatience(tell: (message: string) => void): Patience {
  return {
    noticeMs: 10_000,
    onWait: () => tell("Still waiting for standard input to end."),
    endMs: 5 * 60_000,
  };
}

/** Nothing came on an input for too long. */
export class SilentInputError extends Error {
  override readonly name = "SilentInputError";
  constructor(endMs: number) {
    const minutes = Math.round(endMs / 60_000);
    super(`standard input gave nothing for ${minutes} minutes and has not ended; end it, or give an argument instead`);
  }
}

/**
 * Everything up to the end of input; bytes that are no UTF-8 are replaced.
 * @throws AbortError when the signal fires, SilentInputError when patience ends; the input is then closed.
 */
export async function readAll(
  input: Readable,
  { signal, patience }: { readonly signal: AbortSignal; readonly patience: Patience },
): Promise<string> {
  const silence = new AbortController();
  const notice = setTimeout(patience.onWait, patience.noticeMs);
  const end = setTimeout(() => silence.abort(new SilentInputError(patience.endMs)), patience.endMs);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of addAbortSignal(AbortSignal.any([signal, silence.signal]), input)) {
      chunks.push(Buffer.from(chunk));
      clearTimeout(notice);
      end.refresh();
    }
  } catch (error) {
    if (silence.signal.aborted && !signal.aborted) throw silence.signal.reason;
    throw error;
  } finally {
    clearTimeout(notice);
    clearTimeout(end);
  }
  return Buffer.concat(chunks).toString("utf8");
}
