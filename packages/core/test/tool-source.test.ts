import { defineFunctionTool, functionSpec, textOutput, type OfferedTool, type ToolSource } from "@heddle/core";
import { step } from "@heddle/testkit";
import { Type } from "@sinclair/typebox";
import { expect, test } from "vitest";
import { runTurn, startEngineRig } from "./support/engine-rig.ts";

const Input = Type.Object({ text: Type.String() }, { additionalProperties: false });

function echoTool(name: string): OfferedTool {
  return {
    tool: defineFunctionTool({
      name,
      admission: "parallel",
      input: Input,
      handle: ({ text }) => Promise.resolve(textOutput(`${name}: ${text}`)),
    }),
    spec: functionSpec(name, "Says it again.", Input),
  };
}

/** A source that offers what `list` gives at the moment, and notes that it was closed. */
function listedSource(
  place: ToolSource["place"],
  list: () => readonly OfferedTool[],
): ToolSource & { readonly closed: () => number } {
  let closed = 0;
  return {
    place,
    offer: () => ({ offered: list(), served: [echoTool("hidden").tool] }),
    close: async () => void (closed += 1),
    closed: () => closed,
  };
}

/** The tools that each request offered, by name. */
function offeredNames(requests: readonly { readonly body: unknown }[]): string[][] {
  return requests.map(({ body }) =>
    (body as { tools: { name?: string; type: string }[] }).tools.map((tool) => tool.name ?? tool.type),
  );
}

function outputs(body: unknown): unknown[] {
  return (body as { input: { type: string }[] }).input.filter(({ type }) => type.endsWith("_output"));
}

const REPLIES = [
  [step.functionCall("c1", "b", { text: "1" }), step.functionCall("c2", "look", { text: "2" })],
  [step.functionCall("c3", "hidden", { text: "3" }), step.functionCall("c4", "a", {})],
  [step.text("done")],
];

test("tools of a source are offered in their place and answer; the offer may change with each request", async () => {
  const resources = listedSource("resources", () => [echoTool("look")]);
  const served = [echoTool("b")];
  const servers = listedSource("last", () => served);
  await using rig = await startEngineRig({
    script: (_request, index) => {
      if (index === 0) served.unshift(echoTool("a"));
      return REPLIES[index] ?? [];
    },
    toolSources: () => [resources],
  });
  const thread = await rig.engine.startThread({ ...(await rig.threadOptions()), toolSources: () => [servers] });
  const events = await runTurn(thread, "go");

  expect(events.at(-1)).toMatchObject({ type: "turnCompleted", outcome: { status: "completed" } });
  expect(offeredNames(rig.model.requests)).toEqual([
    ["shell_command", "look", "update_plan", "apply_patch", "view_image", "b"],
    ["shell_command", "look", "update_plan", "apply_patch", "view_image", "a", "b"],
    ["shell_command", "look", "update_plan", "apply_patch", "view_image", "a", "b"],
  ]);
  expect(outputs(rig.model.requests.at(-1)?.body)).toEqual([
    { type: "function_call_output", call_id: "c1", output: "b: 1" },
    { type: "function_call_output", call_id: "c2", output: "look: 2" },
    { type: "function_call_output", call_id: "c3", output: "hidden: 3" },
    {
      type: "function_call_output",
      call_id: "c4",
      output: expect.stringContaining("failed to parse function arguments: "),
    },
  ]);
});

test("a name that is taken is left out, with one warning", async () => {
  const source = listedSource("last", () => [echoTool("update_plan"), echoTool("mine"), echoTool("mine")]);
  await using rig = await startEngineRig({
    script: [[step.updatePlan("c1", [{ step: "one", status: "pending" }])], [step.text("done")]],
    toolSources: () => [source],
  });
  const thread = await rig.engine.startThread(await rig.threadOptions());
  const events = await runTurn(thread, "go");

  expect(events.filter(({ type }) => type === "warning")).toEqual([
    { type: "warning", turnId: "0", message: "the tool update_plan is offered twice: the second one is left out" },
    { type: "warning", turnId: "0", message: "the tool mine is offered twice: the second one is left out" },
  ]);
  expect(offeredNames(rig.model.requests)[0]).toEqual([
    "shell_command",
    "update_plan",
    "apply_patch",
    "view_image",
    "mine",
  ]);
  expect(events.filter(({ type }) => type === "planUpdated")).toHaveLength(1);
});

test("a source that fails fails the turn, and is closed with its thread", async () => {
  const source = listedSource("last", () => []);
  const failing: ToolSource = { ...source, offer: () => Promise.reject(new Error("the server is gone")) };
  await using rig = await startEngineRig({ script: [[step.text("unheard")]], toolSources: () => [failing] });
  const thread = await rig.engine.startThread(await rig.threadOptions());
  const events = await runTurn(thread, "go");
  expect(events.at(-1)).toMatchObject({
    type: "turnCompleted",
    outcome: { status: "failed", error: { message: "the server is gone", codexErrorInfo: "other" } },
  });
  expect(rig.model.requests).toEqual([]);
  expect(source.closed()).toBe(0);
  await rig.engine.close();
  expect(source.closed()).toBe(1);
});
