import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readPlainScript } from "../src/shell/script.ts";

/** Evaluates every script with `show` as a function that reports its arguments: one list per call, one list of calls per script. */
function callsInBash(scripts: readonly string[]): string[][][] {
  const program = `set -f
show() { for word in "$@"; do printf '%s\\0' "$word"; done; printf '\\1\\0'; }
for script in "$@"; do eval "$script"; printf '\\2\\0'; done`;
  const { stdout, status } = spawnSync("bash", ["--norc", "-c", program, "bash", ...scripts], {
    encoding: "utf8",
    env: { LC_ALL: "C.UTF-8" },
    maxBuffer: 100_000_000,
  });
  expect(status).toBe(0);
  const perScript = stdout.split("\u0002\0").slice(0, -1);
  return perScript.map((text) =>
    text
      .split("\u0001\0")
      .slice(0, -1)
      .map((call) => call.split("\0").slice(0, -1)),
  );
}

const character = fc.constantFrom(..."abz019-_./=:,@%^+#! \t\n\\'\"$`{}[]()<>&;é漢".split(""));
const text = fc.string({ unit: character, maxLength: 6 });
const word = fc.oneof(
  text,
  text.map((content) => `'${content.replaceAll("'", "")}'`),
  text.map((content) => `"${content}"`),
  text.map((content) => content.replace(/[^\w\n]/g, "\\$&")),
);
const command = fc.array(word, { maxLength: 4 }).map((words) => ["show", ...words].join(" "));
const script = fc
  .array(fc.tuple(fc.constantFrom(" ; ", "\n", " && ", ";", " \\\n"), command), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map(([joint, one], index) => (index === 0 ? one : joint + one)).join(""));

test("a plain script calls what we read in it, when bash runs it", () => {
  const plain = fc.sample(script, { numRuns: 6_000, seed: 1 }).flatMap((source) => {
    const commands = readPlainScript(source);
    return commands?.every(({ meant }) => meant[0] === "show") === true ? [{ source, commands }] : [];
  });
  expect(plain.length).toBeGreaterThan(500);

  const calls = callsInBash(plain.map(({ source }) => source));

  const read = plain.map(({ source, commands }) => ({ source, calls: commands.map(({ meant }) => meant.slice(1)) }));
  expect(read).toEqual(plain.map(({ source }, index) => ({ source, calls: calls[index] })));
});
