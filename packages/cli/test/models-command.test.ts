import { startScriptedModel, step, type Reply } from "@heddle/testkit";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";

/** An endpoint of Chat Completions that knows no `stream_options` and makes one call at a time. */
function plainChat(body: unknown): Reply {
  const asked = body as Record<string, unknown>;
  if ("stream_options" in asked) return [step.http(400, { error: { message: "Unknown field: stream_options" } })];
  const callDelta = {
    tool_calls: [{ index: 0, id: "c1", function: { name: "read_note", arguments: '{"name":"a"}' } }],
  };
  const wantsCall = JSON.stringify(asked).includes("Call the tool") && !JSON.stringify(asked).includes('"role":"tool"');
  const chunks = [
    { id: "g", choices: [{ index: 0, delta: wantsCall ? callDelta : { content: "yes" } }] },
    { id: "g", choices: [{ index: 0, delta: {}, finish_reason: wantsCall ? "tool_calls" : "stop" }] },
  ];
  return [step.bytes(`${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`)];
}

const chatProvider = (baseUrl: string): string => `
# my server
[model_providers.chat]
name = "My server"
base_url = "${baseUrl}" # at home
`;

test("models probe writes what it found to the configuration, and requests are built by it", async () => {
  await using chat = await startScriptedModel(({ body }) => plainChat(body));
  await using rig = await createRig({ settings: chatProvider(chat.baseUrl) });
  const probe = ["models", "probe", "--provider", "chat", "--model", "mystery"];

  const shown = await rig.run([...probe, "--dry-run"]);
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.stdout).toBe(
    [
      "streams text           no",
      "tool calls             whole",
      "several calls at once  no",
      "shows reasoning        no",
      "takes images           yes",
      "tells token usage      no",
      "caches prefixes        unknown",
      "",
    ].join("\n"),
  );
  const file = join(rig.workspace.home, "config.toml");
  expect(await readFile(file, "utf8")).not.toContain("dialect");

  expect(await rig.run(probe)).toMatchObject({ code: 0, stderr: expect.stringContaining(`written to ${file}`) });
  const written = await readFile(file, "utf8");
  expect(written).toContain("# at home");
  const { code, stdout } = await rig.run(["config", "get", "model_providers.chat.dialect", "--json"]);
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    {
      reasoning_field: "echo",
      developer_role: true,
      parallel_tool_calls: true,
      stream_usage: false,
      reasoning_effort: true,
      images: true,
      max_tokens_field: "max_tokens",
    },
  ]);

  const before = chat.requests.length;
  const options = ["--skip-git-repo-check", "-c", 'model_provider="chat"', "-m", "mystery"];
  expect(await rig.run(["exec", ...options, "hi"])).toMatchObject({ code: 0, stdout: "yes\n" });
  const asked = chat.requests.slice(before).map(({ body }) => body);
  expect(asked).toHaveLength(1); // nothing had to be learned any more
  expect(asked[0]).not.toHaveProperty("stream_options");
  expect(asked[0]).toMatchObject({ parallel_tool_calls: false });
});

test("models probe says why an endpoint cannot be judged, and writes nothing", async () => {
  await using refusing = await startScriptedModel([[step.http(401, { error: { message: "no key" } })]]);
  await using rig = await createRig({ settings: chatProvider(refusing.baseUrl) });
  const file = join(rig.workspace.home, "config.toml");
  const before = await readFile(file, "utf8");
  expect(await rig.run(["models", "probe", "--provider", "chat", "--model", "mystery"])).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("Error: unexpected status 401 Unauthorized"),
  });
  expect(await readFile(file, "utf8")).toBe(before);
  expect(await rig.run(["models", "probe", "--provider", "nobody"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("`nobody` not found"),
  });
});

test("models list has a line for each model, or JSON", async () => {
  await using rig = await createRig({ settings: '[models."my/own"]\ndescription = "Mine"\n' });
  const { code, stdout } = await rig.run(["models", "list"]);
  expect(code).toBe(0);
  expect(stdout.split("\n").map((line) => line.split(" ")[0])).toEqual([
    "gpt-5.1-codex-max",
    "gpt-5.1-codex",
    "gpt-5.1-codex-mini",
    "gpt-5.1",
    "my/own",
    "",
  ]);
  expect(stdout).toContain("my/own  Mine\n");
  const json = JSON.parse((await rig.run(["models", "list", "--all", "--json"])).stdout) as { id: string }[];
  expect(json.map(({ id }) => id)).toContain("gpt-5");
});

test("docs/models.md: its configuration is one, and its commands are taken", async () => {
  const page = await readFile(join(import.meta.dirname, "../../../docs/models.md"), "utf8");
  const block = (language: string): string =>
    new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(page)?.[1] ?? "";
  await using chat = await startScriptedModel(({ body }) => plainChat(body), {
    models: { data: [{ id: "qwen3-coder" }] },
  });
  await using rig = await createRig({
    homeFiles: { "config.toml": block("toml").replace("https://models.example.com/v1", chat.baseUrl) },
  });
  const commands = block("sh").trim().split("\n");
  expect(commands.length).toBeGreaterThan(3);
  for (const command of commands) {
    const [program, ...args] = command.split(" ");
    const { code, stdout } = await rig.run(args, { env: { HOUSE_KEY: "k" } });
    expect({ program, command, code }).toEqual({ program: "heddle", command, code: 0 });
    if (args.includes("list")) expect(stdout).toContain("Qwen 3 Coder, in house");
  }
});

test.each([["list"], ["probe", "--model", "mystery"]])(
  "models %s names a provider that nobody knows",
  async (...words) => {
    await using rig = await createRig();
    expect(await rig.run(["models", ...words, "--provider", "nope"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "Error: model provider `nope` not found\n",
    });
  },
);
