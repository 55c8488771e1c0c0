import {
  createExpiration,
  type Child,
  type ExitOutcome,
  type Sandbox,
  type SandboxLevel,
  type SpawnSpec,
} from "@heddle/sandbox";
import { StringDecoder } from "node:string_decoder";
import { TextTail } from "./text-tail.ts";

/** The terminal of a process. Source: sandbox spec, section 5. */
const TERMINAL = { rows: 24, columns: 80 };
/** How much that has been typed may wait to be read. */
const MAX_WAITING_INPUT = 1024 * 1024;

/** How a process ended. */
export interface ProcessEnd {
  readonly outcome: ExitOutcome;
  /** All of its output; of more than a MiB the newest. */
  readonly transcript: string;
}

/** A command that runs on while the model does something else: it is typed to, and read from now and then. */
export interface LiveProcess {
  /** Tells it from the others of its thread; for the model and for clients. */
  readonly id: string;
  readonly level: SandboxLevel;
  /** False: pipes stand in for it. */
  readonly hasTerminal: boolean;
  /** Null while it runs. */
  readonly end: ProcessEnd | null;
  /** Resolves with the end, after the last output; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** False when too much waits to be read already, and this is not taken. */
  type(text: string): boolean;
  /**
   * The output since it was last taken. Waits for so many milliseconds, for the end of the process, or until the signal
   * fires, whatever comes first.
   */
  collect(options: { readonly waitMs: number; readonly signal: AbortSignal }): Promise<string>;
  /** Ends it with all that it has started. */
  kill(): void;
}

/** What a process is started with. */
export interface ProcessOrder {
  readonly id: string;
  readonly spec: Omit<SpawnSpec, "terminal" | "onOutput">;
  /** Ends the process; that of its thread, not of a turn. */
  readonly signal: AbortSignal;
  /** Hears the output while it comes; characters are never cut in two. */
  readonly onOutput: (text: string) => void;
}

/** Starts a process in a terminal. @throws SandboxError as a spawn does. */
export async function startProcess(sandbox: Sandbox, order: ProcessOrder): Promise<LiveProcess> {
  const { id, spec, signal, onOutput } = order;
  const unread = new TextTail();
  const transcript = new TextTail();
  // Without a terminal there are two streams, each with characters of its own.
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  const hear = (text: string): void => {
    if (text === "") return;
    unread.append(text);
    transcript.append(text);
    onOutput(text);
  };
  const child = await sandbox.spawn(
    {
      ...spec,
      terminal: TERMINAL,
      onOutput(stream, bytes) {
        hear(decoders[stream].write(Buffer.from(bytes)));
        return undefined;
      },
    },
    createExpiration({ signal }),
  );
  let end: ProcessEnd | null = null;
  const ended = child.exit.then((outcome) => {
    for (const decoder of Object.values(decoders)) hear(decoder.end());
    end = { outcome, transcript: transcript.text() };
    return end;
  });
  return {
    id,
    level: child.level,
    hasTerminal: child.terminal !== null,
    get end() {
      return end;
    },
    ended,
    type: (text) => typeInto(child, text),
    async collect({ waitMs, signal: stop }) {
      if (end === null) await waitFor(ended, waitMs, stop);
      return unread.take();
    },
    kill: () => child.kill(),
  };
}

function typeInto({ stdin }: Child, text: string): boolean {
  if (stdin === null || !stdin.writable) return true; // it has ended, and the caller is about to see that
  if (stdin.writableLength > MAX_WAITING_INPUT) return false;
  stdin.write(text);
  return true;
}

/** Resolves with the promise, after so many milliseconds, or when the signal fires. */
export async function waitFor(promise: Promise<unknown>, ms: number, signal: AbortSignal): Promise<void> {
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const timer = setTimeout(stop, ms);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  await Promise.race([promise, stopped]);
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
}
