import { describe, expect, test } from "vitest";
import { readPlainScript } from "./script.ts";

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
