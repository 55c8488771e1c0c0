import { createLineTransport, encodeLine, type LineTransport } from "@heddle/protocol";

/** What carries the text of a link: a socket, or a WebSocket on one. */
export interface Outlet {
  /** Takes lines, each with its `\n`; `false`: it wants no more until the owner calls `resumeWriting`. */
  write(lines: string): boolean;
  /** Bytes that were taken and have not left. */
  backlog(): number;
  /** Stops reading from the other side, and goes on. */
  pause(): void;
  resume(): void;
  /** Lets everything leave that was written, then ends. */
  end(reason: string): Promise<void>;
  /** Ends at once. */
  destroy(): void;
}

export interface LinkOptions {
  /** Told of each line that is no message and was dropped. */
  readonly onMalformed: (line: string) => void;
  /** Told when a connection is given up, with the reason. */
  readonly onDropped: (reason: string) => void;
  readonly limits: LinkLimits;
}

/** What one connection may cost the server. */
export interface LinkLimits {
  /** Length of a message from the client, in bytes. */
  readonly maxMessageBytes: number;
  /** What may wait for a client, in bytes, when there is more to say than threads that can be held back. */
  readonly maxBacklogBytes: number;
  /** How long a client may take nothing at all while something waits for it. */
  readonly stallMs: number;
}

/** Images come as data URLs: 32 MB is more than any of them. */
export const LINK_LIMITS: LinkLimits = {
  maxMessageBytes: 32 * 1024 * 1024,
  maxBacklogBytes: 32 * 1024 * 1024,
  stallMs: 10_000,
};

/** A connection over a socket. Whoever moves its bytes tells it what comes, and when there is room again. */
export interface Link {
  readonly transport: LineTransport;
  /** The outlet takes more. */
  resumeWriting(): void;
  /** The other side is gone. */
  end(reason: string): void;
  /** Ends the connection; the client is told why, after everything that was sent. */
  drop(reason: string): void;
}

/** How long the last message to a client that is dropped may take to leave. */
const LAST_MESSAGE_MS = 2_000;

/**
 * Makes a link of an outlet. A slow client is held back first: threads wait for it, and its own requests are not read.
 * One that takes nothing at all for a while, or lets too much pile up, is dropped, so that the others can go on.
 */
export function createLink(outlet: Outlet, { onMalformed, onDropped, limits }: LinkOptions): Link {
  let stalled: NodeJS.Timeout | null = null;
  let dropped = false;

  const watch = (backlog: number): void => {
    stalled = setTimeout(() => {
      const now = outlet.backlog();
      if (now === 0) return void (stalled = null);
      if (now >= backlog) return drop(`nothing was read for ${limits.stallMs / 1_000} seconds`);
      watch(now); // slow, and on its way
    }, limits.stallMs).unref();
  };
  const endWatch = (): void => {
    if (stalled !== null) clearTimeout(stalled);
    stalled = null;
  };
  const drop = (reason: string): void => {
    if (dropped) return;
    dropped = true;
    endWatch();
    onDropped(reason);
    outlet.write(encodeLine({ method: "connection/closing", params: { reason } }));
    const givingUp = setTimeout(() => outlet.destroy(), LAST_MESSAGE_MS).unref();
    void outlet.end(reason).finally(() => clearTimeout(givingUp));
    transport.end(reason);
  };
  const transport = createLineTransport({
    write(lines) {
      if (outlet.write(lines)) return true;
      outlet.pause();
      if (outlet.backlog() > limits.maxBacklogBytes) drop("too much waits to be read");
      else if (stalled === null) watch(outlet.backlog());
      return false;
    },
    schedule: setImmediate,
    onMalformed,
    async close() {
      endWatch();
      const givingUp = setTimeout(() => outlet.destroy(), LAST_MESSAGE_MS).unref();
      await outlet.end("closed by the server");
      clearTimeout(givingUp);
    },
  });
  return {
    transport,
    resumeWriting() {
      endWatch();
      outlet.resume();
      transport.resumeWriting();
    },
    end(reason) {
      endWatch();
      transport.end(reason);
    },
    drop,
  };
}
