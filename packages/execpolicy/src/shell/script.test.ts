import { describe, expect, test } from "vitest";
import { readHeredocCall, readPlainScript } from "./script.ts";

describe("the words of a plain script", () => {
  test("are kept as written, beside what the shell makes of them", () => {
    expect(readPlainScript(`rm \\-rf "a \\"b\\" \\c" 'd \\e' f\\ g; l\\s`)).toEqual([
      {
        written: ["rm", "\\-rf", 'a \\"b\\" \\c', "d \\e", "f\\ g"],
        meant: ["rm", "-rf", 'a "b" \\c', "d \\e", "f g"],
        mayGainOptions: false,
      },
      { written: ["l\\s"], meant: ["ls"], mayGainOptions: false },
    ]);
  });

  test.each([
    ["find *", true],
    ["find ?", true],
    ["find -del*", true],
    ["find \\-d*", true],
    ["find ./*", false],
    ["find a* b?c", false],
    ["find \\*", false],
    ["find '*' \"*\"", false],
  ])("may gain options by a glob: %s", (script, expected) => {
    expect(readPlainScript(script)?.[0]?.mayGainOptions).toBe(expected);
  });

  test("a blank script has no commands and is plain, `time` alone is not", () => {
    expect(["", " \n\t\n", "time", "time -p", "\\\n"].map(readPlainScript)).toEqual([[], [], null, null, null]);
  });

  test("control characters and half characters make a script not plain", () => {
    expect(
      ["ls\r\npwd", "ls \u0007", "echo '\u001b[0m'", "echo \u0000", "echo \ud800", "echo \u00a0x"].map(readPlainScript),
    ).toEqual([null, null, null, null, null, null]);
  });

  test("scripts that go very deep are not plain, and do no harm", () => {
    const deep = [
      "(".repeat(50_000),
      "$(".repeat(20_000),
      "{ ".repeat(20_000),
      '"$('.repeat(20_000),
      "`".repeat(40_001),
    ];
    expect(deep.map(readPlainScript)).toEqual(deep.map(() => null));
  });
});

describe("a patch in a here-document", () => {
  const body = "*** Begin Patch\n*** Add File: a\n+$x `y`\n*** End Patch";

  test.each([
    [`apply_patch <<'EOF'\n${body}\nEOF`, null],
    [`applypatch <<EOF\n${body}\nEOF\n`, null],
    [`\n\n  apply_patch <<-"E O F"\n${body}\n\n\nE O F\n\n`, null],
    [`A=1 B=$x apply_patch << EOF\n${body}\nEOF`, null],
    [`cd sub/dir && apply_patch <<'EOF'\n${body}\nEOF`, "sub/dir"],
    [`cd 'a b' && apply_patch <<EOF\n${body}\nEOF`, "a b"],
    [`cd "a b" &&\napply_patch <<EOF\n${body}\nEOF`, "a b"],
    [`cd a\\ b && apply_patch <<EOF\n${body}\nEOF`, "a b"],
  ])("is recognised in %j", (script, cd) => {
    expect(readHeredocCall(script)).toEqual({
      program: script.includes("apply_") ? "apply_patch" : "applypatch",
      cd,
      body,
    });
  });

  test.each([
    `apply-patch <<EOF\n${body}\nEOF`,
    `./apply_patch <<EOF\n${body}\nEOF`,
    `apply_patch <<EOF\n${body}\n`,
    `apply_patch -v <<EOF\n${body}\nEOF`,
    `apply_patch <<EOF x\n${body}\nEOF`,
    `apply_patch <<EOF > log\n${body}\nEOF`,
    `apply_patch 3<<EOF\n${body}\nEOF`,
    `apply_patch <<A <<B\n${body}\nA\n${body}\nB`,
    `apply_patch <<EOF\n${body}\nEOF\nls`,
    `apply_patch <<EOF && ls\n${body}\nEOF`,
    `apply_patch <<EOF | cat\n${body}\nEOF`,
    `apply_patch <<EOF &\n${body}\nEOF`,
    `! apply_patch <<EOF\n${body}\nEOF`,
    `time apply_patch <<EOF\n${body}\nEOF`,
    `(apply_patch <<EOF\n${body}\nEOF\n)`,
    `# why\napply_patch <<EOF\n${body}\nEOF`,
    `apply_patch <<EOF # why\n${body}\nEOF`,
    `ls && apply_patch <<EOF\n${body}\nEOF`,
    `cd a; apply_patch <<EOF\n${body}\nEOF`,
    `cd a || apply_patch <<EOF\n${body}\nEOF`,
    `cd a && cd b && apply_patch <<EOF\n${body}\nEOF`,
    `cd a b && apply_patch <<EOF\n${body}\nEOF`,
    `cd && apply_patch <<EOF\n${body}\nEOF`,
    `cd $HOME && apply_patch <<EOF\n${body}\nEOF`,
    `cd ~/x && apply_patch <<EOF\n${body}\nEOF`,
    `cd a* && apply_patch <<EOF\n${body}\nEOF`,
    `apply_patch '${body}'`,
    `echo apply_patch`,
    "apply_patch",
  ])("is not recognised in %j", (script) => {
    expect(readHeredocCall(script)).toBeNull();
  });
});
