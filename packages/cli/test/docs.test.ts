import { step, type RecordedRequest, type Reply } from "@heddle/testkit";
import { configKeys } from "@heddle/config";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startProcess, type Ended } from "./support/built-command.ts";
import { createRig, type CommandRig } from "./support/command-rig.ts";

const checkout = join(import.meta.dirname, "..", "..", "..");
/** Pages whose blocks all hold by themselves; others have tests of their own. */
const PAGES = ["getting-started", "configuration", "providers", "headless", "embedding", "observability"];

interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = PAGES.flatMap((page) => {
  const text = readFileSync(join(checkout, "docs", `${page}.md`), "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", body = ""]) => ({
    page,
    language,
    text: body,
  }));
});

const blocksIn = (language: string): [string, string][] =>
  blocks.filter((block) => block.language === language).map(({ page, text }) => [page, text]);

/** A model that says the same however often it is asked. */
const ANSWER = (_request: RecordedRequest): Reply => [step.text("It is a loom.")];

async function rigForDocs(): Promise<CommandRig> {
  const rig = await createRig({ script: ANSWER, files: { "a.txt": "a\n", "codex-home/AGENTS.md": "be brief\n" } });
  const { cwd, env } = rig.workspace;
  const identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
  execFileSync("git", [...identity, "commit", "--quiet", "--allow-empty", "-m", "first"], { cwd, env });
  return rig;
}

function runScript(rig: CommandRig, script: string): Promise<Ended> {
  const { cwd, env } = rig.workspace;
  const PATH = `${join(checkout, "node_modules", ".bin")}:${env["PATH"]}`;
  const given = { ...env, PATH, OPENAI_API_KEY: "sk-test" };
  return startProcess(["/bin/bash", "-euo", "pipefail", "-c", script], { cwd, env: given }).ended;
}

describe("the shell blocks of docs work:", () => {
  test.each(blocksIn("sh"))("%s.md: %s", async (_page, script) => {
    await using rig = await rigForDocs();
    const { code, stderr } = await runScript(rig, script);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(await rig.lingering()).toEqual([]);
  });
});

describe("the configurations of docs are valid, without a key that nobody knows:", () => {
  test.each(blocksIn("toml"))("%s.md: %s", async (_page, config) => {
    await using rig = await rigForDocs();
    await writeFile(join(rig.workspace.home, "config.toml"), config);
    expect(await rig.run(["config", "validate", "--strict-config"])).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("the programs of docs work:", () => {
  test.each(blocksIn("js"))("%s.md: %s", async (_page, program) => {
    await using rig = await rigForDocs();
    const { base, cwd, env } = rig.workspace;
    const project = join(base, "program");
    await mkdir(join(project, "node_modules"), { recursive: true });
    await symlink(join(checkout, "packages", "cli"), join(project, "node_modules", "heddle"));
    // Node 20 does not know `await using`: there a program closes what it has opened.
    const plain = program.replace("await using heddle", "const heddle");
    await writeFile(join(project, "main.mjs"), `${plain}\nawait heddle.close();\n`);
    const { ended } = startProcess([process.execPath, join(project, "main.mjs")], { cwd, env });
    expect(await ended).toMatchObject({ code: 0, stdout: "It is a loom.\n" });
  });
});

test("the configuration reference is made from the schema: `node scripts/config-reference.mjs` writes it", async () => {
  const script: string = join(checkout, "scripts", "config-reference.mjs"); // a name, so that no types are asked for
  const { renderReference } = (await import(script)) as {
    renderReference: (keys: readonly unknown[]) => string;
  };
  expect(readFileSync(join(checkout, "docs", "configuration-reference.md"), "utf8")).toBe(
    renderReference(configKeys()),
  );
});
