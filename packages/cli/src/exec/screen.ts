import { initialHuman, stepHuman, type HumanLook } from "./human.ts";
import type { ExecInput } from "./input.ts";
import { initialJsonl, stepJsonl } from "./jsonl.ts";
import { createPaint, wantsColor, type ColorChoice } from "./paint.ts";
import type { Sink } from "./sink.ts";

/** Shows one input of a run: takes it through a renderer and writes what that gives. */
export type Screen = (input: ExecInput) => void;

/** `--json`: a line per event on stdout and nothing else there. */
export function jsonlScreen(stdout: Sink): Screen {
  let state = initialJsonl;
  return (input) => {
    const step = stepJsonl(state, input);
    state = step.state;
    for (const event of step.events) stdout.write(`${JSON.stringify(event)}\n`);
  };
}

/** Human output: the final message on stdout, everything else on stderr. */
export function humanScreen({
  stdout,
  stderr,
  color,
  env,
  version,
  showReasoning,
}: {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly color: ColorChoice;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly showReasoning: boolean;
}): Screen {
  const look: HumanLook = {
    version,
    paint: createPaint({ color: wantsColor(color, stderr, env) }),
    // On one terminal it would stand there twice.
    showReasoning,
    finalMessageOnStdout: !(stdout.isTerminal && stderr.isTerminal),
  };
  let state = initialHuman;
  return (input) => {
    const step = stepHuman(state, input, look);
    state = step.state;
    for (const { stream, text } of step.printed) (stream === "stdout" ? stdout : stderr).write(text);
  };
}
