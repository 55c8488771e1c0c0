import { step, type Reply } from "@heddle/testkit";
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

const badImage = step.raw({
  type: "response.failed",
  response: { id: "r", error: { code: "invalid_image", message: "unreadable" } },
});

/** An answer of an endpoint that tells no usage. */
const uncounted = (text: string): Reply => [
  step.text(text),
  step.raw({ type: "response.completed", response: { id: "r" } }),
  step.end(),
];

test.each([
  ["tells", [step.text("hi")]],
  ["does not tell", uncounted("hi")],
])("images that a model which %s its usage cannot read are taken out once, for a resume too", async (_how, first) => {
  await using heddle = await startHeddle({
    script: [first, [badImage, step.end()], [step.text("ok")], [step.text("more")]],
  });
  const threadId = await heddle.startThread();
  const image = (name: string): object => ({ type: "image", url: `data:image/png;base64,${name}` });
  const turn = (text: string, name: string) =>
    heddle.runTurn(threadId, text, { input: [{ type: "text", text }, image(name)] as never });
  await turn("one", "AAAA");
  expect((await turn("two", "BBBB")).status).toBe("completed");
  await heddle.runTurn(threadId, "three");
  const contents = bodies(heddle)
    .at(-1)
    ?.input.slice(1)
    .map(({ content }) => content);
  expect(contents).toEqual([
    [
      { type: "input_text", text: "one" },
      { type: "input_image", image_url: "data:image/png;base64,AAAA" },
    ],
    [{ type: "output_text", text: "hi" }],
    [
      { type: "input_text", text: "two" },
      { type: "input_text", text: "Invalid image" },
    ],
    [{ type: "output_text", text: "ok" }],
    [{ type: "input_text", text: "three" }],
  ]);
  const path = (await heddle.runtime.engine.store.find(threadId)) ?? "";
  expect(JSON.stringify((await heddle.runtime.engine.readThread(path)).history)).not.toContain("BBBB");
});

test("a model that refuses an image and is sent none fails the turn at once", async () => {
  await using heddle = await startHeddle({ script: [[badImage, step.end()]] });
  const threadId = await heddle.startThread();
  expect((await heddle.runTurn(threadId, "go")).status).toBe("failed");
  expect(heddle.model.requests).toHaveLength(1);
});

test("a thread that is resumed with another model says so at its first turn", async () => {
  await using first = await startHeddle({ script: [[step.text("hi")]] });
  const threadId = await first.startThread({ sandbox: "dangerFullAccess" });
  await first.runTurn(threadId, "one");
  const path = (await first.runtime.engine.store.find(threadId)) ?? "";
  await first.runtime.close();
  await using heddle = await startHeddle({ script: [[step.text("hi")]] });
  const params = { threadId: "", path, cwd: first.cwd, sandbox: "dangerFullAccess" };
  await heddle.client.request("thread/resume", { ...params, model: "gpt-5.1" });
  await heddle.runTurn(threadId, "two");
  await heddle.runTurn(threadId, "three");
  const warnings = heddle.client.heard.filter(({ method }) => method === "warning");
  expect(warnings.map(({ params: said }) => said["message"])).toEqual([
    expect.stringMatching(/recorded with the model `gpt-5.1-codex` and goes on with `gpt-5.1`/),
  ]);
});

const SKILL = "---\nname: release\ndescription: Makes a release.\n---\nSteps\n";

test("with the feature, the skills stand behind the project's documents, and a broken one is a warning", async () => {
  await using heddle = await startHeddle({
    config: "[features]\nskills = true\n",
    script: [[step.text("ok")]],
    files: { "AGENTS.md": "project rules" },
    homeFiles: { "skills/release/SKILL.md": SKILL, "skills/broken/SKILL.md": "none" },
  });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "hello");
  const instructions = textOf(bodies(heddle)[0]?.input[0]);
  expect(instructions).toContain("project rules\n\n## Skills\n\n");
  expect(instructions).toContain(`- release: Makes a release. (file: ${heddle.home}/skills/release/SKILL.md)`);
  await heddle.client.hear("warning", ({ message }) => String(message).includes("skills/broken/SKILL.md is left out"));
});

test("skills/list gives what each folder has, read at that moment", async () => {
  await using heddle = await startHeddle({
    script: [[step.text("ok")]],
    homeFiles: { "skills/release/SKILL.md": SKILL, "skills/broken/SKILL.md": "none" },
  });
  const path = `${heddle.home}/skills/release/SKILL.md`;
  const skills = [{ name: "release", description: "Makes a release.", path, scope: "user", enabled: false }];
  const errors = [{ path: `${heddle.home}/skills/broken/SKILL.md`, message: expect.any(String) }];
  expect(await heddle.client.request("skills/list", { cwds: [heddle.cwd, heddle.home] })).toEqual({
    data: [
      { cwd: heddle.cwd, skills, errors },
      { cwd: heddle.home, skills, errors },
    ],
  });
  expect(await heddle.client.request("skills/list", {})).toMatchObject({ data: [{ cwd: heddle.cwd, skills }] });
  await heddle.runTurn(await heddle.startThread(), "hello");
  expect(JSON.stringify(bodies(heddle)[0]?.input)).not.toContain("Makes a release.");
});

test("a document beyond the budget is cut, and people are told", async () => {
  await using heddle = await startHeddle({
    config: "project_doc_max_bytes = 10\n",
    script: [[step.text("ok")]],
    files: { "AGENTS.md": "0123456789abc" },
  });
  await heddle.runTurn(await heddle.startThread(), "hello");
  expect(textOf(bodies(heddle)[0]?.input[0])).toContain("\n0123456789\n");
  await heddle.client.hear("warning", ({ message }) => String(message).includes("AGENTS.md is cut"));
});

test("what the user says is kept in the home and found again, unless the configuration wants none", async () => {
  await using heddle = await startHeddle({ script: [] });
  const { client } = heddle;
  const threadId = await heddle.startThread();
  expect(await client.request("messageHistory/read", {})).toEqual({ logId: null, count: 0, entry: null });
  for (const text of ["one", "two"]) {
    expect(await client.request("messageHistory/append", { threadId, text })).toEqual({});
  }
  const { logId } = (await client.request("messageHistory/read", {})) as { logId: number };
  expect(await client.request("messageHistory/read", { logId, offset: 1 })).toEqual({
    logId,
    count: 2,
    entry: { threadId, timestamp: expect.any(Number), text: "two" },
  });
  expect(await client.request("messageHistory/read", { logId: logId + 1, offset: 1 })).toMatchObject({ entry: null });
  const silent = await heddle.startThread({ config: { "history.persistence": "none" } });
  await client.request("messageHistory/append", { threadId: silent, text: "secret" });
  expect(await client.request("messageHistory/read", {})).toEqual({ logId, count: 2, entry: null });
});

test("prompts/list gives the prompts of the home with what their headers say", async () => {
  const text = "---\ndescription: Asks.\nargument-hint: FILE=<path>\n---\nRead $FILE.\n";
  await using heddle = await startHeddle({ script: [], homeFiles: { "prompts/ask.md": text } });
  expect(await heddle.client.request("prompts/list", {})).toEqual({
    data: [
      {
        name: "ask",
        path: `${heddle.home}/prompts/ask.md`,
        content: "Read $FILE.\n",
        description: "Asks.",
        argumentHint: "FILE=<path>",
      },
    ],
  });
});
