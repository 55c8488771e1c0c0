import { describe, expect, test } from "vitest";
import { PolicyError } from "../policy-error.ts";
import { runScript } from "./run-script.ts";
import { repr } from "./values.ts";

/** Runs a script and gives what it handed to `show`, as it could stand in a script. */
function shown(text: string): string[] {
  const seen: string[] = [];
  runScript(
    { path: "test.star", text },
    {
      show: ({ positional }) => {
        seen.push(...positional.map(repr));
        return null;
      },
    },
  );
  return seen;
}

function failureOf(text: string) {
  try {
    shown(text);
  } catch (error) {
    if (error instanceof PolicyError) return error.failure;
    throw error;
  }
  return null;
}

describe("values", () => {
  test.each([
    ["None", "None"],
    ["True", "True"],
    ["0x10 + 0o17 + 3", "34"],
    ["-7 // 2", "-4"],
    ["-7 % 3", "2"],
    ["7 - 2 * 3", "1"],
    ["'a' + \"b\"", '"ab"'],
    ["'ab' * 2", '"abab"'],
    ["[1, 'a', [None]]", '[1, "a", [None]]'],
    ["[1] + [2] + [1] * 2", "[1, 2, 1, 1]"],
    ["(1,)", "(1,)"],
    ["()", "()"],
    ["1, 2", "(1, 2)"],
    ["{'a': 1, 2: (3,)}", '{"a": 1, 2: (3,)}'],
    ["{'a': 1} | {'a': 2, 'b': 3}", '{"a": 2, "b": 3}'],
    ["[1, 2, 3][-1]", "3"],
    ["'héllo'[1]", '"é"'],
    ["[1, 2, 3, 4][1:3]", "[2, 3]"],
    ["'hello'[::-1]", '"olleh"'],
    ["(1, 2, 3)[:-1]", "(1, 2)"],
    ["{'a': 1}['a']", "1"],
    ["1 if [] else 2", "2"],
    ["1 < 2 and 'a' < 'b'", "True"],
    ["[1, 2] < [1, 3]", "True"],
    ["[] or 'x'", '"x"'],
    ["0 and fail()", "0"],
    ["not 1 == 2", "True"],
    ["1 in [1] and 'el' in 'hello' and 'a' in {'a': 1}", "True"],
    ["1 not in [2]", "True"],
    ["(1, 'a') == (1, 'a')", "True"],
    ["{'a': [1]} == {'a': [1]}", "True"],
    ["1 == True", "False"],
    ["1 + 2 * 3 - -4", "11"],
    ["[x * 2 for x in range(5) if x % 2]", "[2, 6]"],
    ["[(x, y) for x in [1, 2] for y in 'ab'.elems()]", '[(1, "a"), (1, "b"), (2, "a"), (2, "b")]'],
    ["{k: v for k, v in {'a': 1}.items()}", '{"a": 1}'],
    ["(lambda x, y=2: x + y)(1)", "3"],
  ])("%s is %s", (expression, value) => {
    expect(shown(`show((${expression}))`)).toEqual([value]);
  });
});

describe("strings", () => {
  test.each([
    [String.raw`"a\tb\n\"\\\x41é\U0001F600\101"`, String.raw`"a\tb\n\"\\Aé😀A"`],
    [String.raw`r"a\tb"`, String.raw`"a\\tb"`],
    ['"""a\n"b" c"""', String.raw`"a\n\"b\" c"`],
    ["'it''s'[0:0] or ''", null],
    ["f'{x} {{y}} {x!r}'", '"v {y} \\"v\\""'],
    ["'%s %r %d%%' % ('a', 'b', 3)", '"a \\"b\\" 3%"'],
    ["'{} {} {n} {{}}'.format(1, 'b', n=None)", '"1 b None {}"'],
    ["'a,b,,c'.split(',')", '["a", "b", "", "c"]'],
    ["' a  b '.split()", '["a", "b"]'],
    ["'a b c'.split(' ', 1)", '["a", "b c"]'],
    ["'a b c'.rsplit(' ', 1)", '["a b", "c"]'],
    ["'a\\nb\\r\\nc'.splitlines()", '["a", "b", "c"]'],
    ["'-'.join(['a', 'b'])", '"a-b"'],
    ["'aXbX'.replace('X', '-', 1)", '"a-bX"'],
    ["' x '.strip() + 'xxaxx'.strip('x') + 'xa'.lstrip('x') + 'ax'.rstrip('x')", '"xaaa"'],
    ["'key=value=x'.partition('=')", '("key", "=", "value=x")'],
    ["'key=value=x'.rpartition('=')", '("key=value", "=", "x")'],
    ["'git'.upper() + 'GIT'.lower() + 'gIT x'.title() + 'gIT'.capitalize()", '"GITgitGit XGit"'],
    ["'abc'.startswith(('x', 'a')) and 'abc'.endswith('bc')", "True"],
    ["'abc'.removeprefix('a').removesuffix('c')", '"b"'],
    ["['abcb'.find('b'), 'abcb'.rfind('b'), 'a'.find('z'), 'abab'.count('ab')]", "[1, 3, -1, 2]"],
    [
      "['a1'.isalnum(), 'a'.isalpha(), '1'.isdigit(), ' '.isspace(), 'a'.islower(), 'A'.isupper()]",
      "[True, True, True, True, True, True]",
    ],
  ])("%s", (expression, value) => {
    if (value === null) expect(failureOf(`x = 'v'\nshow((${expression}))`)?.kind).toBe("starlark-parse");
    else expect(shown(`x = 'v'\nshow((${expression}))`)).toEqual([value]);
  });
});

describe("functions of the language", () => {
  test.each([
    ["len('é😀') + len([1]) + len({}) + len(range(5))", "8"],
    ["[range(3), list(range(1, 7, 2)), list(range(3, 0, -1))]", "[range(0, 3, 1), [1, 3, 5], [3, 2, 1]]"],
    ["[str(1), str('a'), repr('a'), int('12'), int(True), bool([])]", '["1", "a", "\\"a\\"", 12, 1, False]'],
    [
      "[type(x) for x in [1, 'a', [], (), {}, None, True, len, range(1)]]",
      '["int", "string", "list", "tuple", "dict", "NoneType", "bool", "function", "range"]',
    ],
    ["sorted(['b', 'a', 'c'], reverse=True)", '["c", "b", "a"]'],
    ["sorted(['bb', 'a'], key=len)", '["a", "bb"]'],
    ["[min(3, 1, 2), max([3, 1]), max('aa', 'b', key=len)]", '[1, 3, "aa"]'],
    ["list(enumerate(['a', 'b'], 1))", '[(1, "a"), (2, "b")]'],
    ["zip([1, 2, 3], ['a', 'b'])", '[(1, "a"), (2, "b")]'],
    ["[all([1, 0]), any([0, 1]), reversed([1, 2]), tuple([1])]", "[False, True, [2, 1], (1,)]"],
    ["dict([('a', 1)], b=2)", '{"a": 1, "b": 2}'],
    [
      "[{'a': None}.get('a', 1), {}.get('a', 1), {'a': 1}.pop('a'), {'a': 1}.keys(), {'a': 1}.values()]",
      '[None, 1, 1, ["a"], [1]]',
    ],
  ])("%s", (expression, value) => {
    expect(shown(`show((${expression}))`)).toEqual([value]);
  });
});

describe("statements", () => {
  test("assign to names, items and several names at once", () => {
    expect(
      shown("a, (b, c) = 1, [2, 3]\nd = [0]\nd[0] = a + b\nd += [c]\ne = {}\ne['k'] = 1\ne['k'] += 5\nshow(d, e)"),
    ).toEqual(["[3, 3]", '{"k": 6}']);
  });

  test("loop with break and continue", () => {
    expect(
      shown("for x in range(10):\n  if x == 1: continue\n  if x == 3:\n    break\n  show(x)\nshow('end')"),
    ).toEqual(["0", "2", '"end"']);
  });

  test("branch with elif and else", () => {
    expect(
      shown("for x in [1, 2, 3]:\n  if x == 1: show('one')\n  elif x == 2: show('two')\n  else: show('many')"),
    ).toEqual(['"one"', '"two"', '"many"']);
  });

  test("define functions with defaults, named, collected and named-only parameters", () => {
    expect(
      shown(
        "def f(a, b=2, *rest, c=3, **named):\n  return [a, b, rest, c, named]\nshow(f(1), f(1, 5, 6, 7, c=8, d=9), f(*[1], **{'b': None}))",
      ),
    ).toEqual(["[1, 2, (), 3, {}]", '[1, 5, (6, 7), 8, {"d": 9}]', "[1, None, (), 3, {}]"]);
  });

  test("functions see the names around them, and keep their own to themselves", () => {
    expect(
      shown(
        "x = 1\ndef outer():\n  y = x + 1\n  def inner(): return x + y\n  return inner\ndef local():\n  x = 5\n  return x\nshow(outer()(), local(), x)",
      ),
    ).toEqual(["3", "5", "1"]);
  });

  test("blank lines, comments, continued lines and semicolons are where Python has them", () => {
    expect(
      shown(
        "# top\n\nx = [ # list\n\n  1,\n    2]  # end\nif x: # yes\n\n    # inside\n  show(1); show( \\\n  2)\n\n\nshow(3)",
      ),
    ).toEqual(["1", "2", "3"]);
  });

  test("lists are one value under all their names", () => {
    expect(
      shown("a = [1]\nb = a\nb.append(2)\nb.extend((3, 4))\nb.insert(0, 0)\nb.remove(3)\nshow(a, a.pop(), a.index(1))"),
    ).toEqual(["[0, 1, 2]", "4", "1"]);
  });
});

describe("errors", () => {
  test.each([
    ["x = (1", "starlark-parse", 1, 7, "Parse error: unexpected end of file inside of brackets"],
    ["x = 'a", "starlark-parse", 1, 5, "Parse error: string is not closed"],
    ["\n  x = 1", "starlark-parse", 2, 3, "Parse error: unexpected indentation, expected an expression"],
    ["if True:\nx = 1", "starlark-parse", 2, 1, "Parse error: unexpected `x`, expected an indented block"],
    ["if True:\n    x = 1\n  y = 2", "starlark-parse", 3, 3, "Parse error: indentation fits no open block"],
    ["while True: pass", "starlark-parse", 1, 1, "Parse error: `while` is a reserved word and not supported"],
    [
      "load('a.star', 'x')",
      "starlark-parse",
      1,
      1,
      "Parse error: `load` is not available: every rule file stands for itself",
    ],
    ["x = 1 < 2 < 3", "starlark-parse", 1, 11, "Parse error: comparisons do not chain; use `and`"],
    ["x = 'a' 'b'", "starlark-parse", 1, 9, "Parse error: strings are joined with `+`"],
    ["x = 1.5", "starlark-parse", 1, 5, "Parse error: only whole numbers are supported"],
    ["x = '\\d'", "starlark-parse", 1, 5, "Parse error: unknown escape \\d in a string; write \\\\ for a backslash"],
    ["x = '\\ud800'", "starlark-parse", 1, 5, "Parse error: escape \\ud800 is no character"],
    [
      "x = f'{1 + 1}'",
      "starlark-parse",
      1,
      5,
      "Parse error: an f-string takes names only: {name}, {name!r}; a brace is written twice",
    ],
    ["f(a=1, 2)", "starlark-parse", 1, 8, "Parse error: positional argument after a named one"],
    ["1 = x", "starlark-parse", 1, 1, "Parse error: cannot assign to this"],
    ["return 1", "starlark-parse", 1, 1, "Parse error: `return` outside of a function"],
    ["break", "starlark-parse", 1, 1, "Parse error: `break` outside of a loop"],
    ["show(missing)", "starlark-unknown-name", 1, 6, "Variable `missing` not found"],
    ["def f():\n  return missing", "starlark-unknown-name", 2, 10, "Variable `missing` not found"],
    ["if False: f'{missing}'", "starlark-unknown-name", 1, 11, "Variable `missing` not found"],
    ["[x for x in [1]]\nshow(x)", "starlark-unknown-name", 2, 6, "Variable `x` not found"],
    ["show(x)\nx = 1", "starlark-error", 1, 6, "variable `x` is used before it has a value"],
    ["x = 1\ndef f():\n  show(x)\n  x = 2\nf()", "starlark-error", 3, 8, "variable `x` is used before it has a value"],
    ["x = 1 // 0", "starlark-error", 1, 7, "division by zero"],
    ["x = 1 + 'a'", "starlark-error", 1, 7, "operator `+` does not take int and string"],
    ["x = 9007199254740991 + 1", "starlark-error", 1, 22, "number too large"],
    ["x = [1][1]", "starlark-error", 1, 8, "index 1 is out of range, the length is 1"],
    ["x = {}['a']", "starlark-error", 1, 7, 'key "a" is not in the dict'],
    ["x = {[]: 1}", "starlark-error", 1, 6, "list cannot be a key"],
    ["'a'.nothing()", "starlark-error", 1, 4, "string has no attribute `nothing`"],
    ["x = 1\nx()", "starlark-error", 2, 1, "int is not a function"],
    ["for c in 'abc': pass", "starlark-error", 1, 10, "cannot iterate over string"],
    ["x = [1]\nfor y in x: x.append(y)", "starlark-error", 2, 14, "cannot change a list while iterating over it"],
    ["a, b = [1]", "starlark-error", 1, 6, "cannot spread 1 values over 2 names"],
    ["def f(a): pass\nf()", "starlark-error", 2, 1, "f is missing the argument `a`"],
    ["def f(a): pass\nf(1, 2)", "starlark-error", 2, 1, "f gets too many arguments"],
    ["def f(a): pass\nf(1, b=2)", "starlark-error", 2, 1, "f has no parameter `b`"],
    ["def f(a): pass\nf(1, a=2)", "starlark-error", 2, 1, "f gets `a` twice"],
    ["def f(n): return f(n)\nf(1)", "starlark-error", 1, 18, "function `f` calls itself"],
    ["def f(): g()\ndef g(): f()\nf()", "starlark-error", 2, 10, "function `f` calls itself"],
    ["fail('no', 1)", "starlark-error", 1, 1, "fail: no 1"],
    ["for x in range(2000000): pass", "starlark-error", 1, 26, "the file takes more than 1000000 steps"],
    ["x = 'a'\nfor i in range(50): x = x + x", "starlark-error", 2, 27, "the file takes more than 1000000 steps"],
    ["x = [0] * 100000000", "starlark-error", 1, 9, "the file takes more than 1000000 steps"],
  ])("%j fails with %s at %i:%i", (text, ...expected) => {
    const failure = failureOf(text);
    expect([failure?.kind, failure?.line, failure?.column, failure?.reason]).toEqual(expected);
  });

  test.each([
    ["brackets", `x = ${"[".repeat(50_000)}${"]".repeat(50_000)}`],
    ["operators", `x = ${"not ".repeat(100_000)}1`],
    ["values", "x = []\nfor i in range(100000): x = [x]\ny = str(x)"],
  ])("%s that go too deep are an error, not a crash", (_, text) => {
    expect(failureOf(text)).toMatchObject({
      kind: "starlark-error",
      reason: "the file is nested too deeply, or makes values that are too large",
    });
  });

  test.each(["'", '"', '"""', "'''", "f'", 'r"'])(
    "a long string that %s opens and nothing closes is found at once",
    (quote) => {
      expect(failureOf(`x = ${quote}${"a b".repeat(50_000)}`)?.reason).toBe("Parse error: string is not closed");
    },
  );

  test("the message has the reason and the place", () => {
    const error = new PolicyError({
      kind: "starlark-error",
      path: "/p/a.codexpolicy",
      line: 3,
      column: 7,
      reason: "no",
    });
    expect(error.message).toBe("starlark error: error: no\n --> /p/a.codexpolicy:3:7");
  });
});
