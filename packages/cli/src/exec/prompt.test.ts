import { expect, test } from "vitest";
import { readPrompt } from "./prompt.ts";

interface Case {
  readonly argument: string | null;
  readonly withStdin?: boolean;
  /** `terminal` stands for one. */
  readonly stdin: string;
  readonly reading: Awaited<ReturnType<typeof readPrompt>>;
  readonly note?: string;
}

test.each<[string, Case]>([
  [
    "an argument is the prompt and stdin is left alone",
    { argument: "do it", stdin: "x", reading: { type: "prompt", text: "do it" } },
  ],
  [
    "without an argument stdin is read, unchanged, with a note",
    {
      argument: null,
      stdin: " a\nb\n",
      reading: { type: "prompt", text: " a\nb\n" },
      note: "Reading prompt from stdin...\n",
    },
  ],
  ["a dash reads stdin without a note", { argument: "-", stdin: "a", reading: { type: "prompt", text: "a" } }],
  [
    "a terminal is not waited for",
    {
      argument: null,
      stdin: "terminal",
      reading: {
        type: "none",
        message: "No prompt provided. Either specify one as an argument or pipe the prompt into stdin.",
      },
    },
  ],
  [
    "blank input is no prompt",
    { argument: "-", stdin: " \n", reading: { type: "none", message: "No prompt provided via stdin." } },
  ],
  [
    "on request stdin is appended to the argument",
    {
      argument: "review this",
      withStdin: true,
      stdin: "diff",
      reading: { type: "prompt", text: "review this\n\n<stdin>\ndiff\n</stdin>" },
    },
  ],
  [
    "nothing is appended when stdin is blank",
    { argument: "review this", withStdin: true, stdin: "", reading: { type: "prompt", text: "review this" } },
  ],
])("%s", async (_, { argument, withStdin = false, stdin, reading, note = "" }) => {
  const notes: string[] = [];
  const result = await readPrompt({
    argument,
    withStdin,
    stdin: { isTerminal: stdin === "terminal", readAll: () => Promise.resolve(stdin) },
    note: (text) => notes.push(text),
    signal: new AbortController().signal,
  });
  expect({ result, notes: notes.join("") }).toEqual({ result: reading, notes: note });
});
