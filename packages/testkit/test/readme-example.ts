import { startScriptedModel, step } from "@heddle/testkit";

/** Asks a scripted model once, as an engine would, and gives the text of the whole stream. */
export async function ask(): Promise<string> {
  const model = await startScriptedModel([[step.text("hello"), step.usage({ input: 7 })]]);
  try {
    const response = await fetch(`${model.baseUrl}/responses`, { method: "POST", body: "{}" });
    return await response.text();
  } finally {
    await model.close();
  }
}
