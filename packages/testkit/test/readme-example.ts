import { startScriptedModel, step } from "@heddle/testkit";

export async function rehearse(): Promise<unknown[]> {
  let open = (): void => {};
  const opens = new Promise<void>((resolve) => (open = resolve));
  await using model = await startScriptedModel([
    [step.reasoning("Look first"), step.shellCommand("call_1", "ls")],
    [step.text("Two files."), step.gate(opens), step.usage({ input: 900 })],
  ]);
  const ask = (): Promise<Response> => fetch(`${model.baseUrl}/responses`, { method: "POST", body: '{"input":[]}' });
  await (await ask()).text();
  const answer = await ask(); // its beginning is here, and the test may look around before the gate opens
  open();
  await answer.text();
  return model.requests.map(({ path, body }) => [path, body]);
}
