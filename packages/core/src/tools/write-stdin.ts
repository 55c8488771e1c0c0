import * as Type from "@sinclair/typebox";
import { describeParameter, describeWriteStdin } from "../context/instructions/tool-descriptions.ts";
import { waitFor } from "../processes/live-process.ts";
import type { AdoptedProcess } from "../processes/thread-processes.ts";
import { textOutput } from "./output.ts";
import { clampYield, DEFAULT_OUTPUT_TOKENS, formatProcess } from "./process-report.ts";
import { defineFunctionTool, functionSpec, type OfferedTool, type ToolContext } from "./tool.ts";

// Source of the numbers: engine spec, section 9.
const DEFAULT_YIELD_MS = 250;
/** A moment for the process to react to what was typed. */
const REACTION_MS = 100;

const Input = Type.Object(
  {
    chars: Type.Optional(Type.String({ description: describeParameter.chars })),
    max_output_tokens: Type.Optional(Type.Number({ description: describeParameter.maxOutputTokens })),
    session_id: Type.Number({ description: describeParameter.sessionId }),
    yield_time_ms: Type.Optional(Type.Number({ description: describeParameter.yieldTimeMs })),
  },
  { additionalProperties: false },
);

/** `write_stdin`: types into a process of `exec_command`, and gives the model what it has printed since. */
export const writeStdinTool: OfferedTool = {
  tool: defineFunctionTool({
    name: "write_stdin",
    admission: "exclusive",
    input: Type.Object(Input.properties),
    async handle({ session_id, chars = "", ...input }, _call, context) {
      const id = String(session_id);
      const adopted = context.processes.use(id);
      if (adopted === null) return textOutput(`write_stdin failed: UnknownSessionId { process_id: "${id}" }`);
      const { process } = adopted;
      const startedAt = performance.now();
      const text = await context.changes.aroundCommand(async () => {
        if (!process.type(chars)) return null;
        tell(adopted, chars, context);
        if (chars !== "") await waitFor(process.ended, REACTION_MS, context.signal);
        const waitMs = clampYield(input.yield_time_ms ?? DEFAULT_YIELD_MS);
        return process.collect({ waitMs, signal: context.signal });
      });
      if (text === null) return textOutput("write_stdin failed: the process does not read what was typed before");
      if (process.end !== null) context.processes.forget(id);
      const outputTokens = input.max_output_tokens ?? DEFAULT_OUTPUT_TOKENS;
      return textOutput(formatProcess(process, { text, startedAt, outputTokens }, context));
    },
  }),
  spec: functionSpec("write_stdin", describeWriteStdin, Input),
};

function tell({ process, opened }: AdoptedProcess, stdin: string, { turnId, emit }: ToolContext): void {
  emit({ type: "terminalInteraction", turnId, itemId: opened.item.id, processId: process.id, stdin });
}
