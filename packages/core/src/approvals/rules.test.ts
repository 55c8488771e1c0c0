import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EngineError } from "../engine-error.ts";
import { createRuleBook, readHomePolicy } from "./rules.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "rules-"));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

const LINE = 'prefix_rule(pattern=["npm", "test"], decision="allow")\n';
const defaultFile = (): string => join(home, "policy", "default.codexpolicy");

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(home, name, ".."), { recursive: true });
    await writeFile(join(home, name), content);
  }
}

/** The failure of a promise that has to fail, as clients are told. */
async function reasonFor(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EngineError)) throw new Error("an EngineError was expected", { cause: error });
  expect(error.failure.kind).toBe("rules");
  return error.message;
}

describe("the rule files of a home", () => {
  test("are the regular files of both folders with their endings, in byte order, policy first", async () => {
    await write({
      "policy/b.codexpolicy": 'prefix_rule(["b"])',
      "policy/Z.codexpolicy": 'prefix_rule(["Z"])',
      "policy/\u{fb01}.codexpolicy": 'prefix_rule(["BMP"])',
      "policy/\u{1f600}.codexpolicy": 'prefix_rule(["astral"])',
      "policy/notes.txt": "no rules",
      "policy/below/c.codexpolicy": "broken(",
      "rules/a.rules": 'prefix_rule(["a"])',
      "rules/a.codexpolicy": "broken(",
      "elsewhere.codexpolicy": "broken(",
    });
    await symlink(join(home, "elsewhere.codexpolicy"), join(home, "policy", "link.codexpolicy"));
    const { rules } = await readHomePolicy(home);
    expect(rules.map(({ pattern }) => pattern[0]?.[0])).toEqual(["Z", "b", "BMP", "astral", "a"]);
  });

  test("are none in a home without the folders", async () => {
    expect((await readHomePolicy(home)).rules).toEqual([]);
  });

  test("are refused as a whole for one error, with file, line, column and reason", async () => {
    await write({
      "policy/a.codexpolicy": 'prefix_rule(["ls"])',
      "policy/b.codexpolicy": '\nprefix_rule(["ls"], "no")',
    });
    const path = join(home, "policy", "b.codexpolicy");
    expect(await reasonFor(readHomePolicy(home))).toBe(
      `failed to parse execpolicy file ${path}: starlark error: error: invalid decision: no; it is "allow", "prompt" or "forbidden"\n --> ${path}:2:1`,
    );
  });

  test("are refused when one is not UTF-8 or cannot be read", async () => {
    await write({ "policy/a.codexpolicy": Uint8Array.of(0x23, 0xff) });
    expect(await reasonFor(readHomePolicy(home))).toMatch(/^failed to read execpolicy file .*a\.codexpolicy: /);
    await rm(join(home, "policy"), { recursive: true });
    await write({ policy: "a file" });
    expect(await reasonFor(readHomePolicy(home))).toMatch(/^failed to read execpolicy files from .*policy: ENOTDIR/);
  });
});

describe("a rule book", () => {
  test("keeps the rules in force when a file breaks, and tells whoever starts a thread", async () => {
    const book = createRuleBook({ home, enabled: true });
    await write({ "policy/a.codexpolicy": 'prefix_rule(["ls"])' });
    await book.refresh();
    await write({ "policy/a.codexpolicy": "prefix_rule(" });
    expect(await reasonFor(book.refresh())).toContain("a.codexpolicy:1:13");
    expect(book.current().rules).toHaveLength(1);
    await write({ "policy/a.codexpolicy": 'prefix_rule(["ls"])\nprefix_rule(["pwd"])' });
    await book.refresh();
    expect(book.current().rules).toHaveLength(2);
  });

  test("writes an amendment once, makes folder and file, and has it in force at once", async () => {
    const book = createRuleBook({ home, enabled: true });
    await Promise.all([book.allow(["npm", "test"]), book.allow(["npm", "test"]), book.refresh()]);
    expect(await readFile(defaultFile(), "utf8")).toBe(LINE);
    expect(book.current().rules.map(({ pattern, decision }) => ({ pattern, decision }))).toEqual([
      { pattern: [["npm"], ["test"]], decision: "allow" },
    ]);
    await book.refresh();
    expect(book.current().rules).toHaveLength(1);
  });

  test("puts a rule on a line of its own behind what has none at its end", async () => {
    await write({ "policy/default.codexpolicy": "# mine" });
    await createRuleBook({ home, enabled: true }).allow(["npm", "test"]);
    expect(await readFile(defaultFile(), "utf8")).toBe(`# mine\n${LINE}`);
  });

  test("knows a rule that stands there already, whatever is around it", async () => {
    await write({ "policy/default.codexpolicy": `  ${LINE.trim()}\r\n` });
    await createRuleBook({ home, enabled: true }).allow(["npm", "test"]);
    expect(await readFile(defaultFile(), "utf8")).toBe(`  ${LINE.trim()}\r\n`);
  });

  test("changes nothing when a rule cannot be written", async () => {
    const book = createRuleBook({ home, enabled: true });
    await write({ policy: "a file" });
    expect(await reasonFor(book.allow(["npm", "test"]))).toContain("ENOTDIR");
    await rm(join(home, "policy"));
    await write({ "elsewhere.txt": "" });
    await mkdir(join(home, "policy"));
    await symlink(join(home, "elsewhere.txt"), defaultFile());
    expect(await reasonFor(book.allow(["npm", "test"]))).toContain("ELOOP");
    expect(await reasonFor(book.allow([]))).toBe("prefix rule requires at least one token");
    expect(await reasonFor(book.allow(["\ud800"]))).toContain("not valid Unicode");
    expect(book.current().rules).toEqual([]);
    expect(await readFile(join(home, "elsewhere.txt"), "utf8")).toBe("");
  });

  test("without the feature reads nothing and writes nothing", async () => {
    await write({ "policy/a.codexpolicy": "prefix_rule(" });
    const book = createRuleBook({ home, enabled: false });
    await book.refresh();
    expect(await reasonFor(book.allow(["ls"]))).toBe(
      "cannot append execpolicy rule because execpolicy feature is disabled",
    );
    expect(book.current().rules).toEqual([]);
  });
});
