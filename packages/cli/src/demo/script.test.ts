import { expect, test } from "vitest";
import { SAMPLE_PATCH } from "./sample-repository.ts";
import { demoAnswers, type OfferedTool } from "./script.ts";

/** The tool calls of the whole script. */
function calls(tools: readonly OfferedTool[]): unknown[] {
  return demoAnswers(tools)
    .flat()
    .filter((output) => output.type === "call" || output.type === "freeformCall")
    .filter((output) => output.name !== "update_plan");
}

test("the model calls the script tool and the free-form patch tool where they are offered", () => {
  const command = (line: string) => ({
    type: "call",
    name: "shell_command",
    arguments: { command: line, login: false },
  });
  expect(
    calls([
      { type: "function", name: "shell_command" },
      { type: "custom", name: "apply_patch" },
    ]),
  ).toEqual([
    command("cat package.json src/price.js test/price.test.js"),
    command("node --test --test-reporter=spec"),
    { type: "freeformCall", name: "apply_patch", input: SAMPLE_PATCH },
    command("node --test --test-reporter=spec"),
  ]);
});

test("the model calls the argv tool and the function form of the patch tool elsewhere", () => {
  const command = (argv: string[]) => ({ type: "call", name: "shell", arguments: { command: argv } });
  expect(
    calls([
      { type: "function", name: "shell" },
      { type: "function", name: "apply_patch" },
    ]),
  ).toEqual([
    command(["cat", "package.json", "src/price.js", "test/price.test.js"]),
    command(["node", "--test", "--test-reporter=spec"]),
    { type: "call", name: "apply_patch", arguments: { input: SAMPLE_PATCH } },
    command(["node", "--test", "--test-reporter=spec"]),
  ]);
});

test("the last answer calls no tool, so that the turn ends", () => {
  expect(
    demoAnswers([])
      .at(-1)
      ?.map(({ type }) => type),
  ).toEqual(["message"]);
});
