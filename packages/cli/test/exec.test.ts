import { step, type Script } from "@heddle/testkit";
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";
import { eventsOf } from "./support/exec-events.ts";
import { sandboxHere } from "./support/sandbox-here.ts";

/** Reads a file, changes it, checks, and says so. */
const JOB: Script = [
  [
    step.reasoning("**Looking**"),
    step.updatePlan("call_plan", [{ step: "fix", status: "in_progress" }]),
    step.shellCommand("call_read", "cat greeting.txt", { login: false }),
  ],
  [step.customPatch("call_patch", "*** Begin Patch\n*** Update File: greeting.txt\n-helo\n+hello\n*** End Patch")],
  [step.shell("call_check", ["grep", "-q", "helo", "greeting.txt"])],
  [step.text("The greeting is fixed.")],
];

const FILES = { "greeting.txt": "helo\n" };

describe("a task in a repository", () => {
  test("is done, told on stderr, and its final message alone is on stdout", async () => {
    await using rig = await createRig({ script: JOB, files: FILES });
    const { code, stdout, stderr } = await rig.run(["exec", "-s", "workspace-write", "fix the greeting"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "The greeting is fixed.\n" });
    expect(await readFile(join(rig.workspace.cwd, "greeting.txt"), "utf8")).toBe("hello\n");

    const { cwd } = rig.workspace;
    const lines = stderr.split("\n");
    expect(lines.slice(0, 4)).toEqual([
      expect.stringMatching(/^Heddle v\d/),
      "--------",
      `workdir: ${cwd}`,
      "model: gpt-5.1-codex",
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        "provider: scripted",
        "approval: never",
        "sandbox: workspace-write [workdir, /tmp, $TMPDIR]",
        "fix the greeting",
        "**Looking**",
        "  → fix",
        expect.stringMatching(new RegExp(`cat greeting.txt.* in ${cwd} succeeded in \\d+ms:$`)),
        "helo",
        `M ${cwd}/greeting.txt`,
        "-helo",
        "+hello",
        expect.stringMatching(new RegExp(`^grep -q helo greeting.txt in ${cwd} exited 1 in \\d+ms:$`)),
        "tokens used",
        "480",
      ]),
    );
    expect(stderr).not.toContain("\u001b");
    expect(await rig.lingering()).toEqual([]);
  });

  test.skipIf(sandboxHere !== "full")(
    "with --json is a line an event, in order, and the end of the turn comes last",
    async () => {
      await using rig = await createRig({ script: JOB, files: FILES });
      const ended = await rig.run(["exec", "--json", "-s", "workspace-write", "fix the greeting"]);
      const { cwd } = rig.workspace;
      const command = (id: string, text: string, end: object): object => ({
        id,
        type: "command_execution",
        command: text,
        ...end,
      });
      const read = "/bin/bash -c 'cat greeting.txt'";
      const check = "grep -q helo greeting.txt";
      const running = { aggregated_output: "", exit_code: null, status: "in_progress" };
      expect({ code: ended.code, stderr: ended.stderr, events: eventsOf(ended) }).toEqual({
        code: 0,
        stderr: "",
        events: [
          { type: "thread.started", thread_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
          { type: "turn.started" },
          { type: "item.completed", item: { id: "item_0", type: "reasoning", text: "**Looking**" } },
          { type: "item.started", item: todo(false) },
          { type: "item.started", item: command("item_2", read, running) },
          {
            type: "item.completed",
            item: command("item_2", read, { aggregated_output: "helo\n", exit_code: 0, status: "completed" }),
          },
          {
            type: "item.completed",
            item: {
              id: "item_3",
              type: "file_change",
              changes: [{ path: join(cwd, "greeting.txt"), kind: "update" }],
              status: "completed",
            },
          },
          { type: "item.started", item: command("item_4", check, running) },
          {
            type: "item.completed",
            item: command("item_4", check, { aggregated_output: "", exit_code: 1, status: "failed" }),
          },
          { type: "item.completed", item: { id: "item_5", type: "agent_message", text: "The greeting is fixed." } },
          { type: "item.completed", item: todo(false) },
          { type: "turn.completed", usage: { input_tokens: 400, cached_input_tokens: 0, output_tokens: 80 } },
        ],
      });
    },
  );

  test("leaves the repository without anything but the work", async () => {
    await using rig = await createRig({ script: JOB, files: FILES });
    await rig.run(["exec", "-s", "workspace-write", "fix the greeting"]);
    const { stdout } = await promisify(execFile)("git", ["status", "--porcelain"], { cwd: rig.workspace.cwd });
    expect(stdout).toBe("?? greeting.txt\n");
  });

  test("runs read-only unless it is told otherwise, and -s danger-full-access has no sandbox", async () => {
    const script: Script = [[step.shell("call_1", ["touch", "made.txt"])], [step.text("tried")]];
    await using confined = await createRig({ script });
    await confined.run(["exec", "touch it"]);
    await expect(readFile(join(confined.workspace.cwd, "made.txt"))).rejects.toThrow("ENOENT");

    await using free = await createRig({ script });
    await free.run(["exec", "-s", "danger-full-access", "touch it"]);
    expect(await readFile(join(free.workspace.cwd, "made.txt"), "utf8")).toBe("");
  });

  test("refuses what would need an approval, and goes on", async () => {
    const script: Script = [
      [step.shellCommand("call_1", "touch /etc/heddle", { with_escalated_permissions: true, justification: "please" })],
      [step.customPatch("call_2", "*** Begin Patch\n*** Add File: ../outside.txt\n+x\n*** End Patch")],
      [step.text("left alone")],
    ];
    await using rig = await createRig({ script, settings: 'approval_policy = "on-request"' });
    const { code, stdout } = await rig.run(["exec", "-s", "workspace-write", "go outside"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "left alone\n" });
    await expect(readFile(join(rig.workspace.base, "outside.txt"))).rejects.toThrow("ENOENT");
  });
});

describe("the prompt", () => {
  const ASKED = "heddle, what is this?\n";
  const lastUserText = (requests: readonly { readonly body: unknown }[]): unknown => {
    const body = requests.at(-1)?.body as { input: { role?: string; content: { text: string }[] }[] };
    return body.input.findLast(({ role }) => role === "user")?.content.at(-1)?.text;
  };

  test.each([
    { way: "as an argument", args: ["why?"], stdin: "", prompt: "why?" },
    { way: "from a pipe, with a note", args: [], stdin: ASKED, prompt: ASKED, note: "Reading prompt from stdin...\n" },
    { way: "from a pipe that is asked for", args: ["-"], stdin: ASKED, prompt: ASKED },
    {
      way: "with a pipe as its context",
      args: ["--stdin-context", "why?"],
      stdin: "x\n",
      prompt: "why?\n\n<stdin>\nx\n\n</stdin>",
    },
    { way: "behind --, though it looks like an option", args: ["--", "--json"], stdin: "", prompt: "--json" },
    { way: "of several lines, unchanged", args: ["a\n  b\n"], stdin: "", prompt: "a\n  b\n" },
  ])("comes $way", async ({ args, stdin, prompt, note = "" }) => {
    await using rig = await createRig({ script: [[step.text("ok")]] });
    const { code, stdout, stderr } = await rig.run(["exec", ...args], { stdin });
    expect({ code, stdout, prompt: lastUserText(rig.model.requests) }).toEqual({ code: 0, stdout: "ok\n", prompt });
    expect(stderr.startsWith(`${note}Heddle v`)).toBe(true);
  });

  test("that is blank is refused before a thread is made", async () => {
    await using rig = await createRig();
    const ended = await rig.run(["exec"], { stdin: " \n" });
    const stderr = "Reading prompt from stdin...\nNo prompt provided via stdin.\n";
    expect(ended).toEqual({ code: 1, signal: null, stdout: "", stderr });
    await expect(readFile(join(rig.workspace.home, "sessions"))).rejects.toThrow("ENOENT");
  });

  test("as an argument leaves standard input alone: a caller that keeps it open waits for nothing", async () => {
    await using rig = await createRig({ script: [[step.text("ok")]] });
    const { code, stdout } = await rig.run(["exec", "hello"], { stdin: null });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "ok\n" });
  });
});

describe("options", () => {
  test("-m names the model, -c overrides the configuration, -C the folder", async () => {
    await using rig = await createRig({ script: [[step.text("ok")]], files: { "sub/x": "" } });
    const args = ["-m", "gpt-5.1", "-c", "model_reasoning_effort=high", "-C", "sub"];
    const { code, stderr } = await rig.run(["exec", ...args, "hello"]);
    expect(code).toBe(0);
    const sub = join(rig.workspace.cwd, "sub");
    expect(stderr.split("\n")).toEqual(
      expect.arrayContaining([`workdir: ${sub}`, "model: gpt-5.1", "reasoning effort: high"]),
    );
    expect(rig.model.requests.at(-1)?.body).toMatchObject({ model: "gpt-5.1", reasoning: { effort: "high" } });
    expect(JSON.stringify(rig.model.requests.at(-1)?.body)).toContain(`<cwd>${sub}</cwd>`);
  });

  test("hide_agent_reasoning hides reasoning from people, and not from programs", async () => {
    const script: Script = [[step.reasoning("**Looking**"), step.text("ok")]];
    await using rig = await createRig({ script, settings: "hide_agent_reasoning = true" });
    expect((await rig.run(["exec", "hello"])).stderr).not.toContain("Looking");
    expect((await rig.run(["exec", "--json", "hello"])).stdout).toContain('"type":"reasoning","text":"**Looking**"');
  });

  test("--oss takes a model that runs on this machine, of the program that is named or configured", async () => {
    await using rig = await createRig({
      script: [[step.text("local")]],
      models: { data: [{ id: "openai/gpt-oss-20b" }, { id: "mine" }] },
      settings: 'oss_provider = "lmstudio"',
    });
    const env = { CODEX_OSS_BASE_URL: rig.model.baseUrl };
    const configured = await rig.run(["exec", "--oss", "hello"], { env });
    const named = await rig.run(["exec", "--oss", "--local-provider", "lmstudio", "-m", "mine", "hello"], { env });
    for (const { code, stdout } of [configured, named])
      expect({ code, stdout }).toEqual({ code: 0, stdout: "local\n" });
    expect(configured.stderr).toContain("\nprovider: lmstudio\n");
    const bodies = rig.model.requests.filter(({ method }) => method === "POST").map(({ body }) => body);
    // Beside each run the model is loaded by a request without input.
    const models = bodies.filter((body) => (body as { input: unknown }).input !== "");
    expect(models).toMatchObject([{ model: "openai/gpt-oss-20b" }, { model: "mine" }]);
  });

  test("--oss says what to do when the program does not run, or does not have the model", async () => {
    await using rig = await createRig();
    const exec = ["exec", "--oss", "--local-provider"];
    const gone = await rig.run([...exec, "ollama", "hi"], { env: { CODEX_OSS_BASE_URL: "http://127.0.0.1:9/v1" } });
    expect(gone).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("Start it with `ollama serve`"),
    });
    const env = { CODEX_OSS_BASE_URL: rig.model.baseUrl, PATH: "/nowhere" };
    const lacking = await rig.run([...exec, "lmstudio", "hi"], { env });
    expect(lacking).toMatchObject({ code: 1, stderr: expect.stringContaining("`lms` is not installed") });
    expect(rig.model.requests.filter(({ method }) => method === "POST")).toEqual([]);
  });

  test("--oss without a program that is named anywhere says how to name one", async () => {
    await using rig = await createRig();
    const { code, stdout, stderr } = await rig.run(["exec", "--oss", "hello"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^Error: No default OSS provider configured\. Use --local-provider=provider or set oss_provider/,
    );
  });

  test("a login that the configuration does not allow is refused and removed", async () => {
    await using rig = await createRig({
      settings: 'forced_login_method = "chatgpt"',
      homeFiles: { "auth.json": '{"OPENAI_API_KEY":"sk-stored"}' },
    });
    const stderr = "Error: A ChatGPT login is required, and an API key is in use. You have been logged out.\n";
    expect(await rig.run(["exec", "hello"])).toEqual({ code: 1, signal: null, stdout: "", stderr });
    await expect(readFile(join(rig.workspace.home, "auth.json"))).rejects.toThrow("ENOENT");
  });

  test("-o keeps the final message in a file, as it is", async () => {
    await using rig = await createRig({ script: [[step.text("the end")]] });
    expect((await rig.run(["exec", "-o", "last.txt", "hello"])).code).toBe(0);
    expect(await readFile(join(rig.workspace.cwd, "last.txt"), "utf8")).toBe("the end");
  });

  test("--output-schema constrains the final answer, of this turn alone", async () => {
    const schema = { type: "object", properties: { answer: { type: "integer" } }, required: ["answer"] };
    const script: Script = [[step.shell("call_1", ["true"])], [step.text('{"answer":42}')], [step.text("free")]];
    await using rig = await createRig({ script, files: { "answer.json": JSON.stringify(schema) } });
    const { code, stdout } = await rig.run(["exec", "--output-schema", "answer.json", "think"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"answer":42}\n' });
    await rig.run(["exec", "resume", "--last", "and now"]);
    const format = { type: "json_schema", strict: true, schema, name: "codex_output_schema" };
    const formats = rig.model.requests.map(({ body }) => (body as { text?: { format?: unknown } }).text?.format);
    expect(formats).toEqual([format, format, undefined]);
  });

  test.each([
    ["is not there", "nowhere.json", "Failed to read output schema file nowhere.json: ENOENT"],
    ["is no JSON", "broken.json", "Output schema file broken.json is not valid JSON: "],
  ])("a schema file that %s is told before a thread is made", async (_what, file, reason) => {
    await using rig = await createRig({ files: { "broken.json": "{" } });
    const { code, stdout, stderr } = await rig.run(["exec", "--output-schema", file, "think"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(reason);
    await expect(readFile(join(rig.workspace.home, "sessions"))).rejects.toThrow("ENOENT");
  });

  test("-o is empty when the turn failed before a message", async () => {
    await using rig = await createRig({ script: [[step.http(400, { error: { message: "bad thing" } })]] });
    const { code, stderr } = await rig.run(["exec", "-o", "last.txt", "hello"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Warning: no last agent message; wrote empty content to last.txt");
    expect(await readFile(join(rig.workspace.cwd, "last.txt"), "utf8")).toBe("");
  });

  test("outside of a repository nothing runs, unless --skip-git-repo-check says so", async () => {
    await using rig = await createRig({ script: [[step.text("ok")]] });
    await rm(join(rig.workspace.cwd, ".git"), { recursive: true });
    const refused = await rig.run(["exec", "hello"]);
    const stderr = "Not inside a trusted directory and --skip-git-repo-check was not specified.\n";
    expect(refused).toEqual({ code: 1, signal: null, stdout: "", stderr });
    expect(rig.model.requests).toEqual([]);
    expect((await rig.run(["exec", "--skip-git-repo-check", "hello"])).stdout).toBe("ok\n");
  });

  test.each([
    [["exec", "--bogus", "x"], "unknown option '--bogus'"],
    [["exec", "-s", "everything", "x"], "[possible values: read-only, workspace-write, danger-full-access]"],
    [["exec", "-m"], "-m, --model <model>"],
    [["exec", "-m", "a", "-m", "b", "x"], "cannot be used multiple times"],
    [["exec", "a", "prompt", "in", "words"], "unexpected argument 'prompt' found"],
    [["exec", "--full-auto", "--yolo", "x"], "cannot be used with"],
    [["exec", "resum", "--json", "x", "y"], "unknown command 'resum'\n(Did you mean resume?)"],
    [["exec", "--full-auto", "resume", "--yolo", "x"], "cannot be used with"],
    [["exec", "resume", "--last", "x", "y"], "--last takes no thread id"],
    [["exec", "--jsn", "x"], "unknown option '--jsn'\n(Did you mean --json?)"],
    [["exce", "x"], "unknown command 'exce'\n(Did you mean exec?)"],
    [["exce"], "unknown command 'exce'\n(Did you mean exec?)"],
    [["app-server", "generate-tz"], "unknown command 'generate-tz'\n(Did you mean generate-ts?)"],
    [["app-server", "--listen", "tcp://1.2.3.4:5"], "cannot listen at 'tcp://1.2.3.4:5'"],
    [["app-server", "generate-ts"], "-o, --out <dir>"],
    [[], 'there is no terminal screen yet; `heddle exec "..."` works without one'],
    [["-m", "gpt-5.1", "fix it"], "there is no terminal screen yet"],
    [["-a", "sometimes"], "[possible values: untrusted, on-failure, on-request, never]"],
    [["--yolo", "-a", "never"], "cannot be used with"],
    [["resume", "--all"], "there is no terminal screen yet; `heddle exec resume"],
    [["resume", "--last", "some-id"], "'--last' cannot be used with a thread id"],
    [["fork", "-C", "sub", "--last"], "there is no terminal screen yet"],
    [["review", "--base", "a", "--commit", "b"], "cannot be used with"],
    [["review", "--title", "a"], "needs --commit"],
    [["review", "--uncommitted", "look at a.txt"], "instructions or one of"],
  ])("%j is wrong usage: exit code 2, the reason and the usage on stderr, nothing on stdout", async (args, reason) => {
    await using rig = await createRig();
    const { code, stdout, stderr } = await rig.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(reason);
    expect(stderr).toContain("Usage: heddle");
  });

  test.each([[["--help"]], [["exec", "--help"]], [["app-server", "-h"]], [["help", "exec"]]])(
    "%j prints help on stdout",
    async (args) => {
      await using rig = await createRig();
      const { code, stdout, stderr } = await rig.run(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^Usage: heddle/);
    },
  );

  test("an override without a value, or of the wrong type, names itself", async () => {
    await using rig = await createRig();
    const missing = await rig.run(["exec", "-c", "model", "x"]);
    expect(missing).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("missing '='") });
    const wrong = await rig.run(["exec", "-c", "model_context_window=many", "x"]);
    expect(wrong).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("model_context_window") });
  });

  test.each([
    ["--enable", "before the subcommand", ["--enable", "bogus", "exec", "x"]],
    ["--enable", "behind it", ["exec", "--enable", "bogus", "x"]],
    ["--disable", "behind it", ["exec", "--disable", "bogus", "x"]],
  ])("%s of a feature that does not exist, %s, is an error: exit code 1", async (_option, _place, args) => {
    await using rig = await createRig();
    expect(await rig.run(args)).toMatchObject({ code: 1, stdout: "", stderr: "Error: Unknown feature flag: bogus\n" });
  });

  test("a feature may be named as it once was", async () => {
    await using rig = await createRig({ script: [[step.text("done")]] });
    const { code, stdout } = await rig.run(["exec", "--disable", "web_search", "x"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
  });
});

describe("going on with a thread", () => {
  test("by its id and by --last: the model sees what was said, and the id stays", async () => {
    await using rig = await createRig({ script: [[step.text("one")], [step.text("two")], [step.text("three")]] });
    const first = eventsOf(await rig.run(["exec", "--json", "count"]));
    const id = (first[0] as { thread_id: string }).thread_id;
    const second = eventsOf(await rig.run(["exec", "resume", "--json", id, "more"]));
    expect(second[0]).toEqual({ type: "thread.started", thread_id: id });
    const third = await rig.run(["exec", "resume", "--last", "and more"]);
    expect(third.stdout).toBe("three\n");
    const told = JSON.stringify(rig.model.requests.at(-1)?.body);
    for (const text of ["count", "one", "more", "two", "and more"]) expect(told).toContain(`"text":"${text}"`);
  });

  test("with an unknown id fails and names it", async () => {
    await using rig = await createRig();
    const id = "01a20220-5c31-7660-a701-cd130115a235";
    const { code, stdout, stderr } = await rig.run(["exec", "resume", id, "more"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`no rollout found for thread id ${id}`);
  });
});

describe("the built-in provider", () => {
  const BUILT_IN = { homeFiles: { "config.toml": 'model = "gpt-5.1-codex"\n' } };

  test("takes OPENAI_BASE_URL and OPENAI_API_KEY from the environment", async () => {
    await using rig = await createRig({ ...BUILT_IN, script: [[step.text("ok")]] });
    const env = { OPENAI_BASE_URL: rig.model.baseUrl, OPENAI_API_KEY: "sk-test" };
    expect(await rig.run(["exec", "hello"], { env })).toMatchObject({ code: 0, stdout: "ok\n" });
    const { path, headers } = rig.model.requests.at(-1) ?? {};
    expect({ path, authorization: headers?.["authorization"], originator: headers?.["originator"] }).toEqual({
      path: "/v1/responses",
      authorization: "Bearer sk-test",
      originator: "codex_exec",
    });
  });

  test("prefers CODEX_API_KEY, and never shows a key to commands or in the output", async () => {
    const script: Script = [[step.shell("call_1", ["env"])], [step.text("ok")]];
    await using rig = await createRig({ ...BUILT_IN, script });
    const env = { OPENAI_BASE_URL: rig.model.baseUrl, OPENAI_API_KEY: "sk-second", CODEX_API_KEY: "sk-first" };
    const { code, stdout, stderr } = await rig.run(["exec", "--json", "hello"], { env });
    expect(code).toBe(0);
    expect(rig.model.requests.at(-1)?.headers["authorization"]).toBe("Bearer sk-first");
    expect(`${stdout}${stderr}${JSON.stringify(rig.model.requests.at(-1)?.body)}`).not.toMatch(/sk-(first|second)/);
  });
});

function todo(completed: boolean): object {
  return { id: "item_1", type: "todo_list", items: [{ text: "fix", completed }] };
}
