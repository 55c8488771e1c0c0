import { startScriptedModel, step } from "@heddle/testkit";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { calm, collect, testClient, testRequest } from "./client-fixture.ts";
import type { ProviderConfig, ResponseItem, WireApi } from "@heddle/models";

const RECORDED = {
  chat: "chat/reasoning-text-calls.sse",
  anthropic: "anthropic/thinking-text-calls.sse",
  gemini: "gemini/thought-text-calls.sse",
  responses: "responses/reasoning-text-call.sse",
} as const;

const recorded = (wireApi: WireApi): string =>
  readFileSync(new URL(`fixtures/${RECORDED[wireApi]}`, import.meta.url), "utf8");

const MODELS = { chat: "m", anthropic: "claude-opus-5", gemini: "gemini-3-pro", responses: "gpt-5.1-codex" } as const;

/** Asks an endpoint that answers as recorded, and gives what was asked and the items of the answer. */
async function exchange(
  wireApi: WireApi,
  input: readonly ResponseItem[],
  provider: Partial<ProviderConfig> = {},
): Promise<{ readonly path: string; readonly headers: object; readonly body: string; readonly items: ResponseItem[] }> {
  await using model = await startScriptedModel([[step.bytes(recorded(wireApi))]]);
  const { client } = testClient({ id: wireApi, wireApi, baseUrl: model.baseUrl, bearerToken: "sk-1", ...provider });
  const request = testRequest({ model: MODELS[wireApi] });
  const { events, error } = await collect(client.stream({ ...request, prompt: { ...request.prompt, input } }, calm()));
  client.close();
  expect(error).toBe(null);
  const [asked] = model.requests;
  const { connection: _, host: __, "content-length": ___, ...headers } = asked?.headers ?? {};
  const items = events.flatMap((event) => (event.type === "itemDone" ? [event.item] : []));
  return { path: asked?.path ?? "", headers, body: JSON.stringify(asked?.body), items };
}

const GO: ResponseItem = { type: "message", role: "user", content: [{ type: "input_text", text: "go" }] };

const COMMON = {
  accept: "text/event-stream",
  "content-type": "application/json",
  originator: "heddle",
  "user-agent": "heddle/1.2.3 (Linux 6.1; x86_64) xterm",
};

test("an Anthropic-like endpoint gets the key in a header of its own, and no private ones", async () => {
  const { path, headers } = await exchange("anthropic", [GO]);
  expect([path, headers]).toEqual([
    "/v1/messages",
    { ...COMMON, "anthropic-version": "2023-06-01", "x-api-key": "sk-1" },
  ]);
});

test("a Gemini-like endpoint gets the key in a header of its own, and parameters beside its own", async () => {
  const { path, headers } = await exchange("gemini", [GO], { queryParams: { a: "b" } });
  expect([path, headers]).toEqual([
    "/v1/models/gemini-3-pro:streamGenerateContent?alt=sse&a=b",
    { ...COMMON, "x-goog-api-key": "sk-1" },
  ]);
});

/** The results of every call in a list of items. */
function results(items: readonly ResponseItem[]): ResponseItem[] {
  return items.flatMap((item): ResponseItem[] => {
    if (item.type === "function_call") return [{ type: "function_call_output", call_id: item.call_id, output: "ok" }];
    if (item.type !== "custom_tool_call") return [];
    return [{ type: "custom_tool_call_output", call_id: item.call_id, output: "ok" }];
  });
}

/** What only the provider that it came from can read. */
const STATE = {
  chat: '"signature":"sig"',
  anthropic: '"signature":"EoSig=="',
  gemini: '"thoughtSignature":"CallSig"',
  responses: '"encrypted_content":"ENC=="',
} as const;

const WIRES: readonly WireApi[] = ["responses", "chat", "anthropic", "gemini"];

test.each(WIRES)("what %s wants back goes back to it byte for byte, and to nobody else", async (wireApi) => {
  const { items } = await exchange(wireApi, [GO]);
  // Through the log and back, as after a resume.
  const history = JSON.parse(JSON.stringify([GO, ...items, ...results(items)])) as ResponseItem[];
  for (const next of WIRES) {
    const { body } = await exchange(next, history);
    expect([next, body.includes(STATE[wireApi])]).toEqual([next, next === wireApi]);
    expect(body).not.toContain("provider_state");
  }
});

test.each(WIRES)(
  "a thread that began with %s goes on with any other: its calls keep their results",
  async (wireApi) => {
    const { items } = await exchange(wireApi, [GO]);
    const calls = results(items).length;
    expect(calls).toBeGreaterThan(0);
    for (const next of WIRES) {
      const { body } = await exchange(next, [GO, ...items, ...results(items)]);
      const marks = {
        responses: '_call_output"',
        chat: '"tool_call_id"',
        anthropic: '"tool_result"',
        gemini: '"functionResponse"',
      };
      expect([next, body.split(marks[next]).length - 1]).toEqual([next, calls]);
    }
  },
);
