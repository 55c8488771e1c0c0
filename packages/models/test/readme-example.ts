import { builtInProviders, createModelClient, modelFamily } from "@heddle/models";

/** Asks a model that runs on this machine. */
export async function ask(question: string, env: Record<string, string | undefined>): Promise<string> {
  const provider = builtInProviders(env)["ollama"];
  if (provider === undefined) throw new Error("no such provider");
  const credentials = { token: () => Promise.resolve(null) }; // the login, for providers that declare to use it
  const client = createModelClient({ provider, credentials, env, userAgent: "me/1", originator: "me", version: "1" });
  const input = [{ type: "message", role: "user", content: [{ type: "input_text", text: question }] }] as const;
  const prompt = { instructions: "Be brief.", input, tools: [], parallelToolCalls: true, outputSchema: null };
  const turn = { effort: null, summary: "auto", verbosity: null, threadId: "t1", subagent: null, attempt: 0 } as const;
  const model = "gpt-oss:20b";
  let answer = "";
  const request = { prompt, model, family: modelFamily(model), ...turn };
  for await (const event of client.stream(request, { signal: AbortSignal.timeout(60_000) })) {
    if (event.type === "textDelta") answer += event.text;
  }
  client.close();
  return answer;
}
