import { Command } from "commander";
import { expect, test } from "vitest";
import { holdCommandWords } from "./command-words.ts";
import { registerExecpolicy } from "./execpolicy.ts";
import { registerPolicy } from "./policy.ts";

function program(): Command {
  const root = new Command("heddle").option("-c, --config <key=value>").option("--all");
  root.command("exec").alias("e").argument("[prompt]");
  const setup = {
    context: { env: {}, cwd: "/", userHome: "/", passwdShell: null, version: "0" },
    words: () => [],
    wholeProgram: () => Promise.resolve(root),
    run: () => Promise.resolve(),
  };
  registerExecpolicy(root.command("execpolicy"), setup);
  registerPolicy(root.command("policy"), setup);
  return root;
}

test.each([
  ["execpolicy check -p a -p b git push -f", 6],
  ["execpolicy check --policy=a --pretty bash -c x", 4],
  ["-c model=x --all policy explain -s read-only -c y=z npm --version -- x", 9],
  ["policy explain --json -h", 4],
  ["policy explain - x", 2],
])("the command in `%s` is held back from our options", (line, words) => {
  const args = line.split(" ");
  expect(holdCommandWords(program(), args)).toEqual({ own: args.slice(0, words), words: args.slice(words) });
});

test("`--` is where the command begins, and no word of it", () => {
  expect(holdCommandWords(program(), ["policy", "explain", "--json", "--", "-x", "--"])).toEqual({
    own: ["policy", "explain", "--json"],
    words: ["-x", "--"],
  });
});

test.each(["exec bash -c x", "e -- x", "policy simulate a -- b", "policy", "nonsense explain ls", ""])(
  "`%s` is no command about a command and stays whole",
  (line) => {
    const args = line.split(" ");
    expect(holdCommandWords(program(), args)).toEqual({ own: args, words: [] });
  },
);
