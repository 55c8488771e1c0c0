import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, type CommandRig } from "./support/command-rig.ts";

const ROLLOUT = "sessions/2025/12/10/rollout-2025-12-10T08-00-00-01a20220-5c31-7660-a701-cd130115a235.jsonl";
const META = {
  id: "01a20220-5c31-7660-a701-cd130115a235",
  timestamp: "2025-12-10T08:00:00.000Z",
  cwd: "/repo",
  originator: "codex_cli_rs",
  cli_version: "0.66.0",
  instructions: null,
  source: "cli",
  model_provider: "scripted",
};
const line = (type: string, payload: object): string =>
  `${JSON.stringify({ timestamp: META.timestamp, type, payload })}\n`;
const CODEX_HOME: Readonly<Record<string, string>> = {
  "config.toml": 'model = "m"\nmodle = "x"\n',
  "AGENTS.md": "be brief\n",
  "policy/default.codexpolicy": 'prefix_rule(pattern=["ls"], decision="allow")\n',
  "policy/notes.txt": "not a rule\n",
  "prompts/fix.md": "fix it\n",
  "skills/draw/SKILL.md": "---\nname: draw\ndescription: draws\n---\n",
  "skills/draw/draw.sh": "#!/bin/sh\n",
  [ROLLOUT]:
    line("session_meta", META) +
    line("response_item", { type: "message", role: "user", content: [{ type: "input_text", text: "hello there" }] }) +
    line("event_msg", { type: "user_message", message: "hello there", images: [] }),
  "auth.json": '{"OPENAI_API_KEY":"sk-secret"}',
  "log/codex-tui.log": "log\n",
  "mystery.db": "?",
};

async function writeTree(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { mode: path.endsWith(".sh") ? 0o755 : 0o644 });
  }
}

async function contentOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return Object.fromEntries(files.map((file, at) => [file.slice(root.length + 1), texts[at] ?? ""]));
}

interface Homes extends AsyncDisposable {
  readonly rig: CommandRig;
  readonly from: string;
  readonly to: string;
  importCodex(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

async function twoHomes(own: Readonly<Record<string, string>> = {}): Promise<Homes> {
  const rig = await createRig();
  const [from, to] = [join(rig.workspace.base, "codex"), join(rig.workspace.base, "own")];
  await writeTree(from, CODEX_HOME);
  await mkdir(to);
  await writeTree(to, own);
  return {
    rig,
    from,
    to,
    async importCodex(...args) {
      const env = { HEDDLE_HOME: to };
      const { code, stdout, stderr } = await rig.run(["import", "codex", "--from", from, ...args], { env });
      return { code, stdout, stderr };
    },
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

describe("heddle import codex", () => {
  test("copies what Heddle has a use for, says what it leaves and why, and changes nothing there", async () => {
    await using homes = await twoHomes();
    const { from, to } = homes;
    const { code, stdout, stderr } = await homes.importCodex();
    expect({ code, stderr, lines: stdout.split("\n") }).toEqual({
      code: 0,
      stderr: "",
      lines: [
        `imported from ${from} into ${to}`,
        "",
        "config        1 copied",
        "instructions  1 copied",
        "rules         1 copied",
        "prompts       1 copied",
        "skills        2 copied",
        "threads       1 copied",
        "",
        "In the configuration:",
        "    line 2: unknown key `modle`; did you mean `model`?",
        "",
        "Not taken:",
        "    auth.json: a login is not copied: run `heddle login`",
        "    log: logs",
        "    mystery.db: not known to Heddle",
        "",
      ],
    });
    const {
      "auth.json": _auth,
      "log/codex-tui.log": _log,
      "mystery.db": _db,
      "policy/notes.txt": _notes,
      ...taken
    } = CODEX_HOME;
    expect(await contentOf(to)).toEqual(taken);
    expect(await contentOf(from)).toEqual(CODEX_HOME);
    if (process.platform === "win32") return;
    expect((await stat(join(to, "config.toml"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(to, "skills/draw/draw.sh"))).mode & 0o777).toBe(0o700);
  });

  test("keeps what is ours, and does nothing the second time", async () => {
    await using homes = await twoHomes({ "config.toml": 'model = "mine"\n', "prompts/fix.md": "fix it\n" });
    const first = await homes.importCodex();
    expect(first.stdout).toContain(
      "config        0 copied, 1 kept as yours\n    config.toml: yours differs and stays\n",
    );
    expect(first.stdout).toContain("prompts       0 copied, 1 there already\n");
    const content = await contentOf(homes.to);
    expect(content["config.toml"]).toBe('model = "mine"\n');
    expect(JSON.parse((await homes.importCodex("--json")).stdout)).toMatchObject({
      parts: expect.arrayContaining([{ name: "threads", files: [{ path: ROLLOUT, outcome: "same" }] }]),
    });
    expect(await contentOf(homes.to)).toEqual(content);
  });

  test("writes nothing with --dry-run", async () => {
    await using homes = await twoHomes();
    const { code, stdout } = await homes.importCodex("--dry-run");
    expect({ code, first: stdout.split("\n")[0] }).toEqual({
      code: 0,
      first: `would import from ${homes.from} into ${homes.to}`,
    });
    expect(await readdir(homes.to)).toEqual([]);
  });

  test("gives threads that can be continued", async () => {
    await using homes = await twoHomes();
    await homes.importCodex();
    await writeFile(join(homes.to, "config.toml"), await readFile(join(homes.rig.workspace.home, "config.toml")));
    const run = await homes.rig.run(["exec", "resume", META.id, "go on"], { env: { HEDDLE_HOME: homes.to } });
    expect(run).toMatchObject({ code: 0 });
    expect(JSON.stringify(homes.rig.model.requests.at(-1)?.body)).toContain("hello there");
  });

  test("refuses a folder that is not there, and one that is our home", async () => {
    await using homes = await twoHomes();
    const { rig, from } = homes;
    expect(await rig.run(["import", "codex", "--from", join(from, "gone")])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("name another one with --from"),
    });
    expect(await rig.run(["import", "codex", "--from", from], { env: { HEDDLE_HOME: from } })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the home that Heddle uses already"),
    });
  });
});
