import { step } from "@heddle/testkit";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Ended } from "./support/built-command.ts";
import { createRig } from "./support/command-rig.ts";

const TEAM = 'prefix_rule(["git", "push"], decision = "prompt")\nprefix_rule(["npm", "test"])\n';
const FILES = { "team.codexpolicy": TEAM, "broken.codexpolicy": 'prefix_rule(["ls"])\nprefix_rule(["ls"], "maybe")\n' };

const answer = ({ code, stdout, stderr }: Ended): object => ({ code, stderr, stdout: JSON.parse(stdout) });
const PUSH = { prefixRuleMatch: { matchedPrefix: ["git", "push"], decision: "prompt" } };

describe("heddle execpolicy check", () => {
  test("prints the rules that match, whatever options the command has", async () => {
    await using rig = await createRig({ files: FILES });
    const check = ["execpolicy", "check", "--policy", "team.codexpolicy"];
    const found = { code: 0, stderr: "", stdout: { matchedRules: [PUSH], decision: "prompt" } };
    expect(answer(await rig.run([...check, "git", "push", "-c", "x", "--version", "--", "-h"]))).toEqual(found);
    expect(answer(await rig.run([...check, "--", "git", "push"]))).toEqual(found);
    const none = { code: 0, stderr: "", stdout: { matchedRules: [] } };
    expect(answer(await rig.run([...check, "--", "-x"]))).toEqual(none);
    expect(answer(await rig.run([...check, "bash", "-lc", "git push"]))).toEqual(none);
  });

  test("prints one line, or indented JSON with --pretty", async () => {
    await using rig = await createRig({ files: FILES });
    const check = ["execpolicy", "check", "-p", "team.codexpolicy"];
    expect((await rig.run([...check, "npm", "test"])).stdout).toBe(
      '{"matchedRules":[{"prefixRuleMatch":{"matchedPrefix":["npm","test"],"decision":"allow"}}],"decision":"allow"}\n',
    );
    expect((await rig.run([...check, "--pretty", "ls"])).stdout).toBe('{\n  "matchedRules": []\n}\n');
  });

  test("ends with 1 and the place for a file that cannot be used, and with 2 for wrong usage", async () => {
    await using rig = await createRig({ files: FILES });
    const check = async (...args: string[]) => rig.run(["execpolicy", "check", ...args]);
    expect(await check("-p", "team.codexpolicy", "-p", "broken.codexpolicy", "ls")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^Error: failed to parse policy at broken\.codexpolicy: .*invalid decision: maybe[^]* --> broken\.codexpolicy:2:1\n$/,
      ),
    });
    expect(await check("-p", "missing", "ls")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("Error: failed to read policy at missing: ENOENT"),
    });
    expect((await check("ls")).code).toBe(2);
    expect((await check("-p", "team.codexpolicy")).code).toBe(2);
  });
});

describe("heddle policy explain", () => {
  test("tells people what decides about each command of a script", async () => {
    await using rig = await createRig({ files: FILES });
    const explain = ["policy", "explain", "--rules", "team.codexpolicy", "-a", "untrusted", "-s", "workspace-write"];
    const { code, stdout, stderr } = await rig.run([...explain, "bash", "-lc", "ls && npm install"]);
    expect({ code, stderr, lines: stdout.split("\n") }).toEqual({
      code: 0,
      stderr: "",
      lines: [
        "a script of 2 commands:",
        "  ls",
        "    known safe",
        "  npm install",
        "    not known, approval policy untrusted",
        "decision: prompt",
        "asks first",
        "in the sandbox",
        'offers the rule: prefix_rule(pattern=["npm", "install"], decision="allow")',
        "",
      ],
    });
  });

  test("reads rules and settings of the home, and names the rule's file and line", async () => {
    await using rig = await createRig({
      settings: 'approval_policy = "on-request"\nsandbox_mode = "workspace-write"',
      homeFiles: { "policy/team.codexpolicy": TEAM },
    });
    const explain = async (...args: string[]) => answer(await rig.run(["policy", "explain", "--json", ...args]));
    const allowed = { matchedPrefix: ["npm", "test"], decision: "allow" };
    expect(await explain("npm", "test", "-s")).toMatchObject({
      code: 0,
      stdout: {
        outcome: "run",
        sandboxed: false,
        matchedRules: [{ prefixRuleMatch: allowed, file: "team.codexpolicy", line: 2 }],
      },
    });
    expect(await explain("--escalated", "make")).toMatchObject({ stdout: { outcome: "ask", sandboxed: false } });
    expect(await explain("-a", "never", "git", "push")).toMatchObject({ stdout: { outcome: "forbidden-never" } });
    expect(await explain("--disable", "exec_policy", "git", "push")).toMatchObject({ stdout: { outcome: "run" } });
    await writeFile(join(rig.workspace.home, "policy", "team.codexpolicy"), "prefix_rule(");
    expect(await rig.run(["policy", "explain", "ls"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^Error: failed to parse execpolicy file .*team\.codexpolicy: /),
    });
  });

  test("judges a patch by where it writes, and writes nothing", async () => {
    await using rig = await createRig({ files: { "a.txt": "one\n" } });
    const patch = "*** Begin Patch\n*** Update File: a.txt\n*** Move to: b.txt\n-one\n+two\n*** End Patch";
    const script = `apply_patch <<'EOF'\n${patch}\nEOF`;
    const { cwd } = rig.workspace;
    const explain = async (...args: string[]) => answer(await rig.run(["policy", "explain", "--json", ...args]));
    const changes = [{ path: join(cwd, "a.txt"), kind: "update", movePath: join(cwd, "b.txt") }];
    const found = { plain: false, commands: [], class: "neither", matchedRules: [], commandActions: [] };
    const applyPatch = { detected: "patch", cwd, changes };
    expect(await explain("-a", "never", "-s", "workspace-write", "bash", "-lc", script)).toMatchObject({
      stdout: { ...found, outcome: "run", sandboxed: true, refusal: null, applyPatch },
    });
    expect(await explain("-a", "never", "-s", "read-only", "apply_patch", patch)).toMatchObject({
      stdout: { ...found, outcome: "forbidden-never", refusal: expect.stringMatching(/^patch rejected: /), applyPatch },
    });
    expect(await explain("-a", "untrusted", "apply_patch", patch)).toMatchObject({
      stdout: { ...found, outcome: "ask", sandboxed: false },
    });
    const message = expect.stringContaining("Failed to read file to update");
    expect(await explain("-C", rig.workspace.tmp, "apply_patch", patch)).toMatchObject({
      stdout: { ...found, outcome: "forbidden", refusal: message, applyPatch: { detected: "error", message } },
    });
    expect(await readdir(cwd)).toEqual([".git", "a.txt"]);
  });

  test("--stdin answers each line before it reads the next, goes on after bad ones, and needs no home", async () => {
    await using rig = await createRig({ homeFiles: { "config.toml": "broken" } });
    const running = rig.start(["policy", "explain", "--stdin"], { stdin: null });
    running.child.stdin?.write('{"id":1,"argv":["npm","test"]}\n');
    await running.says('"id":1');
    running.child.stdin?.write('{"id":2,"argv":["ls"],"rules":"prefix_rule("}\n\nnonsense\n{"id":"x","argv":["ls"]}');
    running.child.stdin?.end();
    const { code, stdout } = await running.ended;
    const answers: unknown[] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect({ code, answers }).toEqual({
      code: 0,
      answers: [
        expect.objectContaining({ id: 1, outcome: "ask", proposedAmendment: ["npm", "test"] }),
        { id: 2, error: expect.stringContaining("<rules>:1:13") },
        { id: null, error: expect.stringMatching(/^not JSON: /) },
        expect.objectContaining({ id: "x", outcome: "run", sandboxed: true }),
      ],
    });
    expect((await rig.run(["policy", "explain", "--stdin", "ls"])).code).toBe(2);
    expect((await rig.run(["policy", "explain", "--stdin", "--json"])).code).toBe(2);
    expect((await rig.run(["policy", "explain"])).code).toBe(2);
  });
});

describe("heddle policy simulate", () => {
  test("decides what threads have run under other rules, and leaves them as they are", async () => {
    await using rig = await createRig({
      script: [
        [step.shell("call_1", ["touch", "a"]), step.shell("call_2", ["touch", "b"]), step.shell("call_3", ["true"])],
        [step.text("done")],
      ],
      files: {
        "strict.codexpolicy":
          'prefix_rule(["touch"], "forbidden")\nprefix_rule(["touch", "b"])\nprefix_rule(["make"])\n',
      },
    });
    await rig.run(["exec", "-s", "workspace-write", "make files"]);
    const before = await readdir(rig.workspace.home, { recursive: true });
    const simulate = ["policy", "simulate", "--rules", "strict.codexpolicy"];
    const rule = (line: number) => ({ file: "strict.codexpolicy", line });
    const report = {
      threads: 1,
      skipped: [],
      commands: 3,
      withoutSettings: 0,
      decided: { run: 1, ask: 0, refused: 2 },
      effects: { noLongerAsks: 0, nowAsks: 0, nowRefused: 2, noLongerRefused: 0, same: 1, notRecorded: 0 },
      changes: [
        { effect: "nowRefused", command: "touch a", count: 1, rule: rule(1) },
        { effect: "nowRefused", command: "touch b", count: 1, rule: rule(1) },
      ],
      rules: [
        { ...rule(1), pattern: ["touch"], decision: "forbidden", matches: 2, shadowedBy: null },
        { ...rule(2), pattern: ["touch", "b"], decision: "allow", matches: 1, shadowedBy: rule(1) },
        { ...rule(3), pattern: ["make"], decision: "allow", matches: 0, shadowedBy: null },
      ],
    };
    expect(answer(await rig.run([...simulate, "--json"]))).toEqual({ code: 0, stderr: "", stdout: report });
    const sessions = join(rig.workspace.home, "sessions");
    const { stdout } = await rig.run([...simulate, sessions, "strict.codexpolicy"]);
    expect(stdout.split("\n")).toEqual(
      expect.arrayContaining([
        "1 thread, 3 commands: 1 run, 0 ask, 2 refused",
        "     1  touch a  (strict.codexpolicy:1)",
        expect.stringMatching(/^skipped .*strict\.codexpolicy: /),
      ]),
    );
    expect(await readdir(rig.workspace.home, { recursive: true })).toEqual(before);
    expect((await rig.run([...simulate, "nowhere"])).code).toBe(1);
  });

  test("has nothing to say in a home without threads", async () => {
    await using rig = await createRig();
    const { code, stdout } = await rig.run(["policy", "simulate"]);
    expect({ code, first: stdout.split("\n")[0] }).toEqual({
      code: 0,
      first: "0 threads, 0 commands: 0 run, 0 ask, 0 refused",
    });
  });
});

test.each([
  [["execpolicy", "check"], "heddle execpolicy check --policy team.codexpolicy git push origin main"],
  [["policy", "explain"], 'heddle policy explain -a untrusted bash -lc "ls && npm test"'],
  [["policy", "simulate"], "heddle policy simulate --rules team.codexpolicy --json"],
])("%j --help has an example that works", async (command, example) => {
  await using rig = await createRig({ files: FILES });
  const help = await rig.run([...command, "--help"]);
  expect({ code: help.code, stdout: help.stdout }).toEqual({ code: 0, stdout: expect.stringContaining(example) });
  const words = example.match(/"[^"]*"|\S+/g) ?? [];
  const ended = await rig.run(words.slice(1).map((word) => word.replaceAll('"', "")));
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
});
