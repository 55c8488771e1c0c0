import type { JsonValue } from "@heddle/protocol";
import { SAMPLE_PATCH } from "./sample-repository.ts";

/** A piece of what the scripted model answers to one request. */
export type DemoOutput =
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "message"; readonly text: string }
  /** A call of a tool with JSON arguments. */
  | { readonly type: "call"; readonly name: string; readonly arguments: JsonValue }
  /** A call of a tool that takes free text. */
  | { readonly type: "freeformCall"; readonly name: string; readonly input: string };

/** A tool as a request offers it. */
export interface OfferedTool {
  readonly type: string;
  readonly name?: string;
}

/** How the sample's tests are run; the reporter prints the verdicts first. */
const RUN_TESTS = ["node", "--test", "--test-reporter=spec"];

/**
 * What the model of the demo answers, request by request. Only this is scripted: that the first run of the tests fails
 * and the second passes is decided by the sample repository and the patch.
 *
 * @param tools those of the request: which tool runs commands and which applies patches depends on the model's family.
 */
export function demoAnswers(tools: readonly OfferedTool[]): readonly (readonly DemoOutput[])[] {
  return [
    [
      { type: "reasoning", text: "**Looking around**\n\nFirst the layout and the code, then the failing test." },
      plan("inProgress", "pending", "pending"),
      command(tools, ["cat", "package.json", "src/price.js", "test/price.test.js"]),
    ],
    [{ type: "reasoning", text: "**Reproducing**\n\nNow the tests, as they are." }, command(tools, RUN_TESTS)],
    [
      {
        type: "message",
        text: "`formatPrice(1905)` gives `19.5`: the cents are printed without their leading zero. I pad them.",
      },
      plan("completed", "inProgress", "pending"),
      patch(tools),
    ],
    [plan("completed", "completed", "inProgress"), command(tools, RUN_TESTS)],
    [plan("completed", "completed", "completed")],
    [
      {
        type: "message",
        text:
          "All three tests pass now. `formatPrice` in `src/price.js` dropped the zero of amounts below ten cents, " +
          "because it printed the remainder as a plain number; it now pads it to two digits.",
      },
    ],
  ];
}

type StepState = "pending" | "inProgress" | "completed";

function plan(reproduce: StepState, fix: StepState, verify: StepState): DemoOutput {
  const steps = [
    { step: "Find out why the test fails", status: toWire(reproduce) },
    { step: "Fix the code", status: toWire(fix) },
    { step: "Show that all tests pass", status: toWire(verify) },
  ];
  return { type: "call", name: "update_plan", arguments: { plan: steps } };
}

/** The tool spells its states like this. */
function toWire(state: StepState): string {
  return state === "inProgress" ? "in_progress" : state;
}

function command(tools: readonly OfferedTool[], argv: readonly string[]): DemoOutput {
  const takesScript = tools.some((tool) => tool.name === "shell_command");
  if (takesScript) {
    return { type: "call", name: "shell_command", arguments: { command: argv.join(" "), login: false } };
  }
  return { type: "call", name: "shell", arguments: { command: [...argv] } };
}

/** The patch, as free text or as an argument: the two forms in which the tool is offered. */
function patch(tools: readonly OfferedTool[]): DemoOutput {
  const isFreeform = tools.some(({ name, type }) => name === "apply_patch" && type === "custom");
  if (isFreeform) return { type: "freeformCall", name: "apply_patch", input: SAMPLE_PATCH };
  return { type: "call", name: "apply_patch", arguments: { input: SAMPLE_PATCH } };
}
