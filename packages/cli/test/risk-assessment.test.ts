import { step, type RecordedRequest, type Step } from "@heddle/testkit";
import { expect, test } from "vitest";
import { startHeddle, type HeddleSetup, type TestHeddle } from "./support/start-heddle.ts";

const FEATURE = "[features]\nexperimental_sandbox_command_assessment = true\n";
const isAssessment = ({ body }: RecordedRequest): boolean =>
  (body as { instructions: string }).instructions.startsWith("You judge shell commands");

/** A model that wants to make a file and, when it is asked, judges that by `judgement`. */
function setup(judgement: Step, config = FEATURE): HeddleSetup {
  let asked = 0;
  return {
    config,
    script(request) {
      if (isAssessment(request)) return [judgement];
      asked += 1;
      return asked % 2 === 1 ? [step.shellCommand(`call_${asked}`, "touch made.txt")] : [step.text("done")];
    },
  };
}

async function risksOf(heddle: TestHeddle, decision = "decline", turns = 1): Promise<unknown[]> {
  heddle.client.answer("item/commandExecution/requestApproval", () => ({ decision }));
  const threadId = await heddle.startThread({ approvalPolicy: "unlessTrusted", sandbox: "workspaceWrite" });
  for (let turn = 0; turn < turns; turn += 1) await heddle.runTurn(threadId, "make it");
  return heddle.client.heard
    .filter(({ method }) => method === "item/commandExecution/requestApproval")
    .map(({ params }) => params["risk"]);
}

test("with the feature, the person who is asked sees what a model thinks of the command", async () => {
  const judgement = step.text('{"description":"Makes an empty file.","risk_level":"low"}');
  await using heddle = await startHeddle(setup(judgement));
  expect(await risksOf(heddle)).toEqual([{ description: "Makes an empty file.", riskLevel: "low" }]);
  const asked = heddle.model.requests.find(isAssessment)?.body as
    | { tools: unknown; reasoning: unknown; text: { format: object }; input: { content: { text: string }[] }[] }
    | undefined;
  expect(asked?.tools).toEqual([]);
  expect(asked?.reasoning).toMatchObject({ effort: "medium" });
  expect(asked?.text.format).toMatchObject({ type: "json_schema", strict: true });
  expect(JSON.parse(asked?.input[0]?.content[0]?.text ?? "")).toMatchObject({
    sandbox: "workspace-write (network_access=no-network)",
    cwd: heddle.cwd,
    argv: ["/bin/bash", "-lc", "touch made.txt"],
    sandbox_failure: null,
  });
});

test.each([
  ["fails", step.http(500)],
  ["is no JSON", step.text("It is fine.")],
  ["has another level", step.text('{"description":"x","risk_level":"none"}')],
  ["says nothing", step.text('{"description":" ","risk_level":"low"}')],
])("a judgement that %s leaves the question as it is", async (_what, judgement) => {
  await using heddle = await startHeddle(setup(judgement));
  expect(await risksOf(heddle)).toEqual([null]);
});

test("a command that was accepted for the session is not judged again", async () => {
  const judgement = step.text('{"description":"Makes an empty file.","risk_level":"low"}');
  await using heddle = await startHeddle(setup(judgement));
  expect(await risksOf(heddle, "acceptForSession", 2)).toHaveLength(1);
  expect(heddle.model.requests.filter(isAssessment)).toHaveLength(1);
});

test("without the feature no model is asked", async () => {
  await using heddle = await startHeddle(setup(step.text("{}"), ""));
  expect(await risksOf(heddle)).toEqual([null]);
  expect(heddle.model.requests.filter(isAssessment)).toEqual([]);
});
