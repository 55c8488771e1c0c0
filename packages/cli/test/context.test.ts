import { step } from "@heddle/testkit";
import { expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";

interface Body {
  readonly instructions: string;
  readonly input: readonly { readonly type: string; readonly role?: string; readonly content?: unknown }[];
  readonly tools: readonly { readonly name?: string }[];
}

const bodies = (heddle: TestHeddle): Body[] => heddle.model.requests.map(({ body }) => body as Body);
const textOf = (item: Body["input"][number] | undefined): string =>
  (item?.content as { text: string }[] | undefined)?.[0]?.text ?? "";

test("within a thread the beginning of a request never changes, so that prompt caches hold", async () => {
  await using heddle = await startHeddle({
    script: [[step.shellCommand("c1", "echo one")], [step.text("first")], [step.reasoning("hm"), step.text("second")]],
  });
  const threadId = await heddle.startThread({ sandbox: "workspaceWrite" });
  await heddle.runTurn(threadId, "one");
  await heddle.runTurn(threadId, "two");
  const sent = bodies(heddle);
  expect(sent).toHaveLength(3);
  for (const [index, body] of sent.slice(1).entries()) {
    const before = sent[index];
    expect(JSON.stringify(body.instructions)).toBe(JSON.stringify(before?.instructions));
    expect(JSON.stringify(body.tools)).toBe(JSON.stringify(before?.tools));
    expect(JSON.stringify(body.input.slice(0, before?.input.length))).toBe(JSON.stringify(before?.input));
  }
});

test("a thread begins with developer text, instruction files and the environment, in this order", async () => {
  await using heddle = await startHeddle({
    script: [[step.text("ok")]],
    files: { "AGENTS.md": "project rules" },
    homeFiles: { "AGENTS.md": "my rules" },
  });
  const threadId = await heddle.startThread({ developerInstructions: "DEV", approvalPolicy: "never" });
  await heddle.runTurn(threadId, "hello");
  const [first] = bodies(heddle);
  expect(first?.input.map(({ role }) => role)).toEqual(["developer", "user", "user", "user"]);
  expect(textOf(first?.input[0])).toBe("DEV");
  expect(textOf(first?.input[1])).toBe(
    `# AGENTS.md instructions for ${heddle.cwd}\n\n<INSTRUCTIONS>\nmy rules\n\n--- project-doc ---\n\nproject rules\n</INSTRUCTIONS>`,
  );
  expect(textOf(first?.input[2])).toBe(
    `<environment_context>\n  <cwd>${heddle.cwd}</cwd>\n  <approval_policy>never</approval_policy>\n  <sandbox_mode>read-only</sandbox_mode>\n  <network_access>restricted</network_access>\n  <shell>bash</shell>\n</environment_context>`,
  );
});

test("changed surroundings are told once, before the message of the turn, and stick", async () => {
  await using heddle = await startHeddle({ script: [[step.text("ok")]] });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "one");
  await heddle.runTurn(threadId, "two", { approvalPolicy: "never" });
  await heddle.runTurn(threadId, "three");
  const last = bodies(heddle).at(-1)?.input.map(textOf) ?? [];
  const update =
    "<environment_context>\n  <approval_policy>never</approval_policy>\n  <shell>bash</shell>\n</environment_context>";
  expect(last.slice(1)).toEqual(["one", "ok", update, "two", "ok", "three"]);
});
