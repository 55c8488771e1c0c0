import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runDemo, type DemoRun } from "../../src/demo/run-demo.ts";

interface DemoEnd {
  /** The exit code, or why the run failed. */
  readonly end: number | string;
  readonly text: string;
  /** What is left in the temporary directory. */
  readonly left: readonly string[];
}

/** Runs the demo on a machine without a sandbox, and with an engine that does not start. */
async function runWithoutSandbox(confirm: DemoRun["confirm"]): Promise<DemoEnd> {
  const tempDir = await mkdtemp(join(tmpdir(), "heddle-demo-test-"));
  let text = "";
  try {
    const end = await runDemo({
      connect: () => Promise.reject(new Error("no engine here")),
      probeSandbox: () =>
        Promise.resolve({ rung: "none", cause: "bwrap was not found", remedy: "install the package bubblewrap" }),
      confirm,
      stdout: {
        isTerminal: false,
        write: (chunk) => (text += chunk),
        flushed: () => Promise.resolve(),
        failure: () => null,
        closed: new AbortController().signal,
      },
      env: {},
      tempDir,
      nowMs: () => 0,
      version: "1.2.3",
      interrupt: new AbortController().signal,
    }).catch((error: Error) => error.message);
    return { end, text, left: await readdir(tempDir) };
  } finally {
    await rm(tempDir, { recursive: true, force: true });
  }
}

const REFUSED = `Heddle demo: one task, from a failing test to a passing one.
Only the model is scripted. The engine, the commands, the sandbox and the patch are real.

There is no usable sandbox on this machine: bwrap was not found.
To get one: install the package bubblewrap.
The demo stops here: it does not run commands without a sandbox unless a person agrees.
`;

test("without a sandbox and without a terminal the demo names the package and ends with 70", async () => {
  expect(await runWithoutSandbox(null)).toEqual({ end: 70, text: REFUSED, left: [] });
});

test("a person who says no ends the demo in the same way", async () => {
  const asked: string[] = [];
  const confirm = (question: string): Promise<boolean> => {
    asked.push(question);
    return Promise.resolve(false);
  };
  expect(await runWithoutSandbox(confirm)).toEqual({ end: 70, text: REFUSED, left: [] });
  expect(asked).toEqual(["Run the demo without a sandbox? Its commands read files and run `node --test`."]);
});

test("an engine that cannot be started leaves nothing behind", async () => {
  const { end, left } = await runWithoutSandbox(() => Promise.resolve(true));
  expect({ end, left }).toEqual({ end: "no engine here", left: [] });
});
