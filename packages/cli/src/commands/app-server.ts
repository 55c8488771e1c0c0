import { serve, stdioTransport } from "@heddle/app-server";
import type { ProcessContext } from "../runtime/process.ts";
import { createLazyFront } from "../runtime/front.ts";
import { interruptOnSignals } from "../runtime/signals.ts";

/**
 * `heddle app-server`: serves one client over stdin and stdout until the input ends or a signal comes; then every
 * turn is stopped, every child is gone and every log is written before the process ends, with exit code 0.
 */
export async function runAppServer(context: ProcessContext, overrides: readonly string[]): Promise<number> {
  const warn = (message: string): void => void process.stderr.write(`heddle: ${message}\n`);
  const front = createLazyFront({ context, originator: "codex_cli_rs", overrides, warn });
  const transport = stdioTransport({
    onMalformed: (line) => warn(`dropped a line that is no message: ${line.slice(0, 200)}`),
    beforeEnd() {
      const answers = connection.lastAnswers();
      // What a client has ordered for itself it gets; what a model does, nobody watches any more.
      return answers === null ? null : Promise.all([answers, front.stopTurns()]).then(() => {});
    },
  });
  const connection = serve(transport, front);
  const signals = interruptOnSignals();
  signals.interrupt.addEventListener("abort", () => void connection.close(), { once: true });
  await connection.closed;
  await front.close();
  signals.release();
  process.stdin.destroy(); // after a signal the input is still open and would keep the process
  return 0;
}
