import type { Client } from "@modelcontextprotocol/client";
import { reasonOf } from "../mcp-error.ts";

/** How long to wait before a stream that broke is opened again: at first, and at most. */
const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;

/**
 * Asks a server of the newest revision to tell when its tools change, which those before it tell unasked. A stream that
 * breaks is opened again, with longer and longer pauses; what was missed meanwhile counts as a change. Does nothing with
 * other servers, or one that does not know when its tools change.
 * @param signal ends it.
 */
export async function hearToolChanges(
  client: Client,
  options: {
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
    readonly onToolsChanged: () => void;
    readonly log: (message: string) => void;
  },
): Promise<void> {
  const { timeoutMs, signal, onToolsChanged, log } = options;
  if (client.getProtocolEra() !== "modern" || client.getServerCapabilities()?.tools?.listChanged !== true) return;
  let delayMs = FIRST_DELAY_MS;
  for (let opened = 0; !signal.aborted;) {
    try {
      const subscription = await client.listen({ toolsListChanged: true }, { timeout: timeoutMs, signal });
      if (subscription.honoredFilter.toolsListChanged !== true) {
        await subscription.close();
        return;
      }
      if (opened > 0) onToolsChanged();
      opened += 1;
      delayMs = FIRST_DELAY_MS;
      // One that the server ends itself is not wanted by it.
      if ((await subscription.closed) !== "remote") return;
    } catch (error) {
      if (signal.aborted) return;
      log(`it cannot be heard when its tools change: ${reasonOf(error)}`);
    }
    await pause(delayMs, signal);
    delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms).unref();
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });
}
