import { describe, expect, test } from "vitest";
import { editConfig, type ConfigEdit } from "./edit-config.ts";

const set = (path: readonly string[], value: (ConfigEdit & { type: "set" })["value"]): ConfigEdit => ({
  type: "set",
  path,
  value,
});
const merge = (path: readonly string[], value: (ConfigEdit & { type: "set" })["value"]): ConfigEdit => ({
  type: "merge",
  path,
  value,
});
const remove = (...path: string[]): ConfigEdit => ({ type: "remove", path });

const SAMPLE = `# my comment
model = "gpt-5.1-codex"   # trailing

[projects."/srv/x.y"]
trust_level = "trusted"

# tools comment
[tools]
web_search = true
`;

test("only the places that the edits name differ afterwards", async () => {
  const edited = await editConfig(SAMPLE, [
    set(["model"], "zzz"),
    set(["projects", "/srv/x.y", "trust_level"], "untrusted"),
    merge(["tools"], { view_image: false }),
  ]);

  expect(edited).toBe(`# my comment
model = "zzz"   # trailing

[projects."/srv/x.y"]
trust_level = "untrusted"

# tools comment
[tools]
web_search = true
view_image = false
`);
});

interface Case {
  readonly name: string;
  readonly text: string;
  readonly edit: ConfigEdit;
  readonly result: string;
}

const CASES: Readonly<Record<string, readonly Case[]>> = {
  "changing a value": [
    { name: "keeps literal quotes", text: "a = 'x' # c\n", edit: set(["a"], "y"), result: "a = 'y' # c\n" },
    { name: "gives up quotes that do not do", text: "a = 'x'\n", edit: set(["a"], "it's"), result: `a = "it's"\n` },
    { name: "writes a path without escapes", text: "", edit: set(["a"], "C:\\x"), result: "a = 'C:\\x'\n" },
    {
      name: "keeps a text on several lines so",
      text: 'a = """\nold\n"""\n',
      edit: set(["a"], "new\nlines"),
      result: 'a = """\nnew\nlines"""\n',
    },
    { name: "of another type", text: "a = 1 # c\n", edit: set(["a"], [true, 2.5]), result: "a = [true, 2.5] # c\n" },
    {
      name: "keeps Windows line ends",
      text: "a = 1\r\n\r\n[b]\r\nc = 1\r\n",
      edit: set(["b", "d"], 2),
      result: "a = 1\r\n\r\n[b]\r\nc = 1\r\nd = 2\r\n",
    },
    { name: "keeps a byte order mark", text: "\uFEFFa = 1\n", edit: set(["a"], 2), result: "\uFEFFa = 2\n" },
    {
      name: "that is the same changes nothing",
      text: "a  =  { b=1 }\n",
      edit: set(["a"], { b: 1 }),
      result: "a  =  { b=1 }\n",
    },
    { name: "in a file without a last line break", text: "a = 1", edit: set(["b"], 2), result: "a = 1\nb = 2\n" },
  ],
  "changing an array": [
    {
      name: "keeps lines and comments of the elements that stay",
      text: 'a = [\n  # both\n  "x", # one\n  "y", # two\n]\n',
      edit: set(["a"], ["x", "y", "z"]),
      result: 'a = [\n  # both\n  "x", # one\n  "y", # two\n  "z",\n]\n',
    },
    {
      name: "keeps the comment above an element that goes",
      text: 'a = [\n  # both\n  "x", # one\n  "y", # two\n]\n',
      edit: set(["a"], ["y"]),
      result: 'a = [\n  # both\n  "y", # two\n]\n',
    },
    {
      name: "puts the comma before the comment of what was the last element",
      text: 'a = [\n  "x" # one\n]\n',
      edit: set(["a"], ["x", "y"]),
      result: 'a = [\n  "x", # one\n  "y"\n]\n',
    },
    { name: "on one line", text: "a = [1, 2, 3]\n", edit: set(["a"], [0, 1, 3]), result: "a = [0, 1, 3]\n" },
    { name: "at its start", text: "a = [1]\n", edit: set(["a"], [0, 1]), result: "a = [0, 1]\n" },
    { name: "empties it", text: "a = [ 1, 2 ]\n", edit: set(["a"], []), result: "a = []\n" },
    {
      name: "of tables",
      text: "[[a]]\nb = 1\n\n[[a]]\nb = 2\n",
      edit: set(["a"], [{ b: 3 }]),
      result: "a = [{ b = 3 }]\n",
    },
  ],
  "a new key": [
    {
      name: "goes to the end of its table",
      text: "[a]\n  b = 1 # c\n\n# d\n[e]\n",
      edit: set(["a", "f"], 2),
      result: "[a]\n  b = 1 # c\n  f = 2\n\n# d\n[e]\n",
    },
    {
      name: "goes below a header without keys",
      text: "[a] # c\n\n[b]\n",
      edit: set(["a", "f"], 2),
      result: "[a] # c\nf = 2\n\n[b]\n",
    },
    {
      name: "of the root stands above the first header",
      text: "[a]\nb = 1\n",
      edit: set(["c"], 2),
      result: "c = 2\n\n[a]\nb = 1\n",
    },
    {
      name: "of the root stands below the comment that heads the file",
      text: "# mine\n\n# a\n[a]\n",
      edit: set(["c"], 2),
      result: "# mine\n\nc = 2\n\n# a\n[a]\n",
    },
    {
      name: "goes behind the dotted keys of its table",
      text: "a.b = 1\nc = 2\n",
      edit: set(["a", "d"], 3),
      result: "a.b = 1\na.d = 3\nc = 2\n",
    },
    {
      name: "goes into an inline table",
      text: "a = { b = 1 } # c\n",
      edit: set(["a", "d"], "x"),
      result: 'a = { b = 1, d = "x" } # c\n',
    },
    { name: "goes into an empty inline table", text: "a = {}\n", edit: set(["a", "d"], 1), result: "a = { d = 1 }\n" },
    {
      name: "makes its table at the end",
      text: "a = 1\n",
      edit: set(["b", "c", "d"], 1),
      result: "a = 1\n\n[b.c]\nd = 1\n",
    },
    {
      name: "makes its table although there are tables in that",
      text: "[a.b]\nc = 1\n",
      edit: set(["a", "d"], 1),
      result: "[a.b]\nc = 1\n\n[a]\nd = 1\n",
    },
    { name: "is quoted where it has to be", text: "", edit: set(["a b", 'c"d'], 1), result: '["a b"]\n"c\\"d" = 1\n' },
    {
      name: "replaces what is in its way",
      text: "a = 1 # c\n",
      edit: set(["a", "b"], 2),
      result: "a = { b = 2 } # c\n",
    },
    { name: "called __proto__ is a key", text: "", edit: set(["__proto__", "x"], 1), result: "[__proto__]\nx = 1\n" },
  ],
  "a new table": [
    {
      name: "has sections for the tables in it",
      text: "",
      edit: set(["m", "s"], { command: "x", args: ["-y"], env: { A: "1" } }),
      result: '[m.s]\ncommand = "x"\nargs = ["-y"]\n\n[m.s.env]\nA = "1"\n',
    },
    { name: "may be empty", text: "a = 1\n", edit: set(["b"], {}), result: "a = 1\n\n[b]\n" },
    {
      name: "in an inline table makes that a section",
      text: "a = { b = 1, c = { d = 2 } } # e\nf = 3\n",
      edit: set(["a", "g"], { h: 4 }),
      result: "f = 3\n\n[a]   # e\nb = 1\n\n[a.c]\nd = 2\n\n[a.g]\nh = 4\n",
    },
    {
      name: "leaves no header for a table that only holds tables",
      text: 'p = { "/a" = { t = 1 } }\n',
      edit: set(["p", "/b", "t"], 2),
      result: '[p."/a"]\nt = 1\n\n[p."/b"]\nt = 2\n',
    },
    {
      name: "in place of another keeps what is the same",
      text: "[a]\nb = 1 # one\nc = 2 # two\n\n[a.d]\ne = 3\n",
      edit: set(["a"], { b: 1, f: { g: 4 } }),
      result: "[a]\nb = 1 # one\n\n[a.f]\ng = 4\n",
    },
    {
      name: "laid over another keeps the rest",
      text: "[a]\nb = 1 # one\nc = 2 # two\n",
      edit: merge(["a"], { c: 3, d: 4 }),
      result: "[a]\nb = 1 # one\nc = 3 # two\nd = 4\n",
    },
  ],
  removing: [
    {
      name: "takes the line and leaves the comment above",
      text: "# a\na = 1 # c\nb = 2\n",
      edit: remove("a"),
      result: "# a\nb = 2\n",
    },
    { name: "takes all lines of a value", text: 'a = """\nx\n"""\nb = 2\n', edit: remove("a"), result: "b = 2\n" },
    {
      name: "takes an entry of an inline table",
      text: "a = { b = 1, c = 2, d = 3 }\n",
      edit: remove("a", "c"),
      result: "a = { b = 1, d = 3 }\n",
    },
    {
      name: "takes the first entry of an inline table",
      text: "a = { b = 1, c = 2 }\n",
      edit: remove("a", "b"),
      result: "a = { c = 2 }\n",
    },
    {
      name: "takes the only entry of an inline table",
      text: "a = { b = 1 }\n",
      edit: remove("a", "b"),
      result: "a = {}\n",
    },
    {
      name: "takes all sections of a table",
      text: "x = 1\n\n[a]\nb = 1\n\n[c]\nd = 1\n\n[a.e]\nf = 1\n",
      edit: remove("a"),
      result: "x = 1\n\n[c]\nd = 1\n",
    },
    {
      name: "takes all dotted keys of a table",
      text: "a.b = 1\na.c = 2\nd = 3\n",
      edit: remove("a"),
      result: "d = 3\n",
    },
    {
      name: "takes an array of tables",
      text: "[[a]]\nb = 1\n\n[[a]]\n[a.c]\nd = 1\n\n[e]\nf = 1\n",
      edit: remove("a"),
      result: "[e]\nf = 1\n",
    },
    { name: "what is not there changes nothing", text: "a = 1\n", edit: remove("b", "c"), result: "a = 1\n" },
  ],
  "inline tables on several lines": [
    {
      name: "take a new entry on its own line",
      text: "a = {\n  b = 1, # one\n}\n",
      edit: set(["a", "c"], 2),
      result: "a = {\n  b = 1, # one\n  c = 2,\n}\n",
    },
    {
      name: "keep their comments as sections",
      text: "a = {\n  # one\n  b = 1, # two\n}\n",
      edit: set(["a", "c"], {}),
      result: "[a]\n# one\nb = 1\n# two\n\n[a.c]\n",
    },
  ],
  expanding: [
    {
      name: "writes inline tables as sections",
      text: '[p]\n"/a" = { t = 1 }\nb = 1\n',
      edit: { type: "expand", path: ["p"] },
      result: '[p]\nb = 1\n\n[p."/a"]\nt = 1\n',
    },
  ],
};

describe.each(Object.entries(CASES))("%s", (_, cases) => {
  test.each(cases)("$name", async ({ text, edit, result }) => {
    expect(await editConfig(text, [edit])).toBe(result);
  });
});

test.each([
  ["null", null, "TOML has no null"],
  ["a null inside", { b: [null] }, "TOML has no null"],
  ["an integer beyond 2^53", 2 ** 60, "integers beyond 2^53 cannot be kept exactly"],
])("what TOML cannot say is refused: %s", async (_, value, reason) => {
  await expect(editConfig("a = 1\n", [set(["a"], value)])).rejects.toMatchObject({
    failure: { kind: "value", reason },
  });
});

test("a text that is not TOML is not edited", async () => {
  await expect(editConfig("a = \n", [set(["b"], 1)])).rejects.toMatchObject({
    failure: { kind: "syntax", file: "config.toml", line: 1, column: 5 },
  });
});
