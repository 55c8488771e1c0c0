import * as Type from "@sinclair/typebox";
import { setTimeout as delay } from "node:timers/promises";
import { describeTestSyncTool } from "../context/instructions/tool-descriptions.ts";
import { textOutput } from "./output.ts";
import { defineFunctionTool, functionSpec, type OfferedTool } from "./tool.ts";

const Barrier = Type.Object(
  { id: Type.String(), participants: Type.Number(), timeout_ms: Type.Optional(Type.Number()) },
  { additionalProperties: false },
);

const Input = Type.Object(
  {
    barrier: Type.Optional(Barrier),
    sleep_after_ms: Type.Optional(Type.Number()),
    sleep_before_ms: Type.Optional(Type.Number()),
  },
  { additionalProperties: false },
);

const DEFAULT_TIMEOUT_MS = 1000;

/** The calls that have come to one barrier. */
interface Meeting {
  readonly participants: number;
  readonly waiting: (() => void)[];
}

/**
 * `test_sync_tool`: lets tests see which calls run at the same time. Calls that come to one tool made here meet.
 * Source: engine spec, section 6.2.
 */
export function createTestSyncTool(): OfferedTool {
  const meetings = new Map<string, Meeting>();

  /** @returns null once everybody is there, else what went wrong. */
  async function meet(
    {
      id,
      participants,
      timeout_ms: timeoutMs = DEFAULT_TIMEOUT_MS,
    }: { id: string; participants: number; timeout_ms?: number },
    signal: AbortSignal,
  ): Promise<string | null> {
    if (!(participants > 0)) return "barrier participants must be greater than zero";
    if (!(timeoutMs > 0)) return "barrier timeout must be greater than zero";
    const meeting = meetings.get(id) ?? { participants, waiting: [] };
    if (meeting.participants !== participants) {
      return `barrier ${id} already registered with ${meeting.participants} participants`;
    }
    meetings.set(id, meeting);
    const arrived = new Promise<null>((resolve) => meeting.waiting.push(() => resolve(null)));
    if (meeting.waiting.length >= participants) {
      meetings.delete(id);
      for (const go of meeting.waiting) go();
    }
    const abort = new AbortController();
    const tooLate = delay(timeoutMs, "test_sync_tool barrier wait timed out", {
      signal: AbortSignal.any([signal, abort.signal]),
    });
    try {
      const problem = await Promise.race([arrived, tooLate]);
      if (problem !== null) meetings.delete(id); // whoever comes later begins a new one
      return problem;
    } finally {
      abort.abort();
      tooLate.catch(() => {}); // ended with the wait
    }
  }

  return {
    tool: defineFunctionTool({
      name: "test_sync_tool",
      admission: "parallel",
      input: Input,
      handle: async ({ barrier, sleep_before_ms: before = 0, sleep_after_ms: after = 0 }, _call, { signal }) => {
        if (before > 0) await delay(before, undefined, { signal });
        const problem = barrier === undefined ? null : await meet(barrier, signal);
        if (problem !== null) return textOutput(problem);
        if (after > 0) await delay(after, undefined, { signal });
        return textOutput("ok");
      },
    }),
    spec: functionSpec("test_sync_tool", describeTestSyncTool, Input),
  };
}
