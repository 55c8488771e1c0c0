import { describe, expect, test } from "vitest";
import { toCommandActions } from "./command-actions.ts";

const bash = (script: string) => toCommandActions(["bash", "-lc", script]);
/** `type(query) path` of every action: what a front end shows. */
const shown = (actions: ReturnType<typeof toCommandActions>) =>
  actions.map((action) => {
    if (action.type === "unknown") return action.command;
    const query = action.type === "search" ? `(${action.query ?? ""})` : "";
    return `${action.type}${query} ${action.path ?? "-"}`;
  });

describe("one command", () => {
  test.each([
    ["ls", "listFiles -"],
    ["ls -la lib/src", "listFiles lib"],
    ["ls -I x --color=auto -w 80 a b", "listFiles a"],
    ["ls -- -x y", "listFiles y"],
    ["ls dist/", "listFiles dist"],
    ["/bin/ls", "/bin/ls"],
    ["rg -n foo a/b.ts", "search(foo) b.ts"],
    ["rg --files a", "search() a"],
    ["rg", "search() -"],
    ["grep -rn foo .", "search(foo) ."],
    ["grep --files foo x", "search(foo) x"],
    ["fd x", "search(x) -"],
    ["fd src/lib", "search() lib"],
    ["fd ..", "search() .."],
    ["fd -t f x a\\b", "search(x) b"],
    ["find . ! -name x", "search(x) ."],
    ["find -type f", "search() f"],
    ["cat a/b.ts", "read a/b.ts"],
    ["cat -- a", "read a"],
    ["cat -n", "read -n"],
    ["cat -n a", "cat -n a"],
    ["head -n 5 a", "read a"],
    ["head -n5 a", "read a"],
    ["head a", "read a"],
    ["head -5 a", "head -5 a"],
    ["head -n x a", "head -n x a"],
    ["head -n 5", "head -n 5"],
    ["tail -n +5 a", "read a"],
    ["tail -n+5 a", "read a"],
    ["tail -n a", "tail -n a"],
    ["tail -f a", "tail -f a"],
    ["nl -b a f", "read f"],
    ["nl -ba", "nl -ba"],
    ["sed -n 5p a b", "read a"],
    ["sed -n p a", "sed -n p a"],
    ["less a", "less a"],
  ])("%s: %s", (line, expected) => {
    expect(shown(toCommandActions(line.split(" ")))).toEqual([expected]);
  });

  test("the text is quoted, the name short, the path as given", () => {
    expect(toCommandActions(["cat", "my dir/src/"])).toEqual([
      { type: "read", command: "cat 'my dir/src/'", name: "my dir", path: "my dir/src/" },
    ]);
  });
});

describe("words joined by connectors", () => {
  test.each([
    ["ls && pwd", ["listFiles -", "pwd"]],
    ["cd a && cat b", ["read a/b"]],
    ["cd a && cd -P b && cat c", ["read a/b/c"]],
    ["cd -- a && cat b", ["read a/b"]],
    ["cd /x ; cat y", ["read /x/y"]],
    ["cd a && cat /b", ["read /b"]],
    ["cd && cat b", ["read b"]],
    ["cd a", []],
    ["echo x && ls", ["listFiles -"]],
    ["echo x", ["echo x"]],
    ["ls || true", ["listFiles -"]],
    ["cat a | nl -ba", ["read a"]],
    ["yes | ls", ["listFiles -"]],
    ["ls && ls", ["listFiles -"]],
    ["ls && pwd && ls", ["listFiles -", "pwd", "listFiles -"]],
    ["rg x | head -n 5", ["search(x) -", "head -n 5"]],
    ["nl -b a | echo x | ls", ["nl -b a", "echo x", "listFiles -"]],
    ["nl | echo x | ls", ["listFiles -"]],
    ["true ; echo x ; true", ["true"]],
    ["true ; nl", ["nl"]],
  ])("%s", (line, expected) => {
    expect(shown(toCommandActions(line.split(" ")))).toEqual(expected);
  });
});

describe("scripts", () => {
  test.each([
    ["rg x | head -n 5", ["search(x) -"]],
    ["rg x | head -n 5 file", ["search(x) -", "read file"]],
    ["cat a | tail -c +3 | sort | uniq -c | wc -l", ["read a"]],
    ["cat a | sed 's/x/y/'", ["read a"]],
    ["cd a && cat b && cat c", ["read a/b", "read a/c"]],
    ["cd a", []],
    ["true", ["true"]],
    ["true; true", []],
    ["sort a", ["sort a"]],
    ["git diff", ["git diff"]],
    ["ls &", ["ls &"]],
    ["ls > x", ["ls > x"]],
    ["", [""]],
  ])("%s", (script, expected) => {
    expect(shown(bash(script))).toEqual(expected);
  });

  test("the one command of a script is shown whole, the one that is left of several as it stands", () => {
    expect([bash('rg "a b" c'), bash("cat 'a b' | wc"), bash("cat a | sed -n 1,5p"), bash("echo a\\ b")]).toEqual([
      [{ type: "search", command: "rg 'a b' c", query: "a b", path: "c" }],
      [{ type: "read", command: "cat 'a b'", name: "a b", path: "a b" }],
      [{ type: "read", command: "cat a | sed -n 1,5p", name: "a", path: "a" }],
      [{ type: "unknown", command: 'echo "a\\\\ b"' }],
    ]);
  });
});

test.each([
  [["pwsh", "-NoProfile", "-Command", "ls"], "ls"],
  [["powershell.exe", "-nologo", "-c", "a | b", "more"], "a | b"],
  [["pwsh", "-File", "x"], "pwsh -File x"],
  [["pwsh", "-Command"], "pwsh -Command"],
  [[], ""],
])("%j is one unknown action", (argv, command) => {
  expect(toCommandActions(argv)).toEqual([{ type: "unknown", command }]);
});
