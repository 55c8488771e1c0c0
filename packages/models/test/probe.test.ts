import { probeEndpoint, toFamilyOverrides, type EndpointProfile } from "@heddle/models";
import { startScriptedModel, step, type RecordedRequest, type Reply } from "@heddle/testkit";
import { expect, test } from "vitest";
import { calm, testClient } from "./client-fixture.ts";
import { sseText } from "./decode-fixture.ts";

/** What a stand-in for a Chat Completions endpoint can do. */
interface Abilities {
  readonly text: "streamed" | "whole";
  readonly tools: "streamed" | "whole" | "refused" | "ignored";
  readonly parallel: "calls" | "one" | "refused";
  readonly reasoning: "reasoning" | "reasoning_content" | null;
  readonly effort: boolean;
  readonly usage: "asked" | "never" | "refused";
  readonly caching: boolean;
  readonly images: boolean;
  readonly developer: boolean;
}

const ABLE: Abilities = {
  text: "streamed",
  tools: "streamed",
  parallel: "calls",
  reasoning: "reasoning_content",
  effort: true,
  usage: "asked",
  caching: true,
  images: true,
  developer: true,
};

const UNABLE: Abilities = {
  text: "whole",
  tools: "refused",
  parallel: "refused",
  reasoning: null,
  effort: false,
  usage: "refused",
  caching: false,
  images: false,
  developer: false,
};

function answer(able: Abilities): (request: RecordedRequest) => Reply {
  const seen = new Set<string>();
  return ({ body }) => {
    const text = JSON.stringify(body);
    const asked = body as Record<string, unknown>;
    const refuse = (what: string): Reply => [step.http(400, { error: { message: `Unsupported: ${what}` } })];
    if (able.usage === "refused" && "stream_options" in asked) return refuse("stream_options");
    if (able.parallel === "refused" && "parallel_tool_calls" in asked) return refuse("parallel_tool_calls");
    if (!able.effort && "reasoning_effort" in asked) return refuse("reasoning_effort");
    if (!able.images && text.includes('"type":"image_url"')) return refuse("image input");
    if (!able.developer && text.includes('"role":"developer"')) return refuse("role developer");
    if (able.tools === "refused" && "tools" in asked) return refuse("tools");

    const isRepeated = seen.has(text);
    seen.add(text);
    const wantsCall = "tools" in asked && able.tools !== "ignored" && !text.includes('"role":"tool"');
    const count = wantsCall ? (able.parallel === "calls" && text.includes("both in this answer") ? 2 : 1) : 0;
    const deltas = [
      ...(able.reasoning === null ? [] : [{ [able.reasoning]: "hm" }]),
      ...(count > 0
        ? []
        : able.text === "streamed"
          ? [{ content: "one, " }, { content: "two" }]
          : [{ content: "one" }]),
      ...Array.from({ length: count }, (_, index) => callDeltas(index, able.tools === "streamed")).flat(),
    ];
    const usage = {
      prompt_tokens: 10_000,
      completion_tokens: 5,
      total_tokens: 10_005,
      prompt_tokens_details: { cached_tokens: able.caching && isRepeated ? 9_000 : 0 },
    };
    return [
      step.bytes(
        sseText([
          ...deltas.map((delta) => ({ id: "g", choices: [{ index: 0, delta }] })),
          { id: "g", choices: [{ index: 0, delta: {}, finish_reason: count > 0 ? "tool_calls" : "stop" }] },
          ...(able.usage === "asked" && "stream_options" in asked ? [{ id: "g", choices: [], usage }] : []),
          "[DONE]",
        ]),
      ),
    ];
  };
}

function callDeltas(index: number, isStreamed: boolean): object[] {
  const pieces = isStreamed ? ['{"name"', ':"a"}'] : ['{"name":"a"}'];
  return pieces.map((json, at) => ({
    tool_calls: [
      {
        index,
        ...(at === 0 ? { id: `c${index}` } : {}),
        function: { name: at === 0 ? "read_note" : "", arguments: json },
      },
    ],
  }));
}

async function probe(
  able: Abilities,
): Promise<{ readonly profile: EndpointProfile; readonly refused: readonly string[] }> {
  await using model = await startScriptedModel(answer(able));
  const { client } = testClient({ baseUrl: model.baseUrl, wireApi: "chat", dialect: { developerRole: true } });
  const found = await probeEndpoint({ client, model: "mystery", ...calm(), onQuestion: () => {} });
  client.close();
  return { profile: found.profile, refused: found.refusals.map(({ question }) => question) };
}

const ABLE_PROFILE: EndpointProfile = {
  streamsText: true,
  toolCalls: "streamed",
  parallelCalls: true,
  reasoning: true,
  images: true,
  usage: true,
  caching: true,
  dialect: {
    reasoningField: "reasoning_content",
    developerRole: true,
    parallelToolCalls: true,
    streamUsage: true,
    reasoningEffort: true,
    images: true,
    maxTokensField: "max_tokens",
  },
};

test("an endpoint that can do everything is found to", async () => {
  expect(await probe(ABLE)).toEqual({ profile: ABLE_PROFILE, refused: [] });
});

test("an endpoint that can only talk is found to, and what it refuses is not asked again", async () => {
  expect(await probe(UNABLE)).toEqual({
    profile: {
      streamsText: false,
      toolCalls: "none",
      parallelCalls: false,
      reasoning: false,
      images: false,
      usage: false,
      caching: null,
      dialect: {
        reasoningField: "echo",
        developerRole: false,
        parallelToolCalls: false,
        streamUsage: false,
        reasoningEffort: false,
        images: false,
        maxTokensField: "max_tokens",
      },
    },
    refused: ["a tool call", "two tool calls at once", "reasoning"],
  });
});

const dialect = ABLE_PROFILE.dialect;

test.each<[Partial<Abilities>, object]>([
  [{ text: "whole" }, { streamsText: false }],
  [{ tools: "whole" }, { toolCalls: "whole" }],
  [{ tools: "ignored" }, { toolCalls: "none", parallelCalls: false }],
  [{ parallel: "one" }, { parallelCalls: false, dialect }],
  [{ parallel: "refused" }, { parallelCalls: false, dialect: { ...dialect, parallelToolCalls: false } }],
  [{ reasoning: "reasoning" }, { dialect: { ...dialect, reasoningField: "reasoning" } }],
  [{ reasoning: null }, { reasoning: false, dialect: { ...dialect, reasoningField: "echo" } }],
  [{ effort: false }, { dialect: { ...dialect, reasoningEffort: false } }],
  [{ usage: "never" }, { usage: false, caching: null, dialect: { ...dialect, streamUsage: false } }],
  [{ usage: "refused" }, { usage: false, caching: null, dialect: { ...dialect, streamUsage: false } }],
  [{ caching: false }, { caching: false }],
  [{ images: false }, { images: false, dialect: { ...dialect, images: false } }],
  [{ developer: false }, { dialect: { ...dialect, developerRole: false } }],
])("what differs shows: %o", async (difference, shown) => {
  const { profile } = await probe({ ...ABLE, ...difference });
  expect(profile).toEqual({ ...ABLE_PROFILE, ...shown });
});

test("what is found is said in the terms of families", () => {
  expect(toFamilyOverrides(ABLE_PROFILE)).toEqual({ supportsParallelToolCalls: true, supportsImages: true });
  expect(toFamilyOverrides({ ...ABLE_PROFILE, toolCalls: "none", images: false })).toEqual({
    supportsParallelToolCalls: true,
    supportsImages: false,
    applyPatchTool: null,
    shellTool: "disabled",
  });
});

test("an endpoint that does not answer the plainest question is not judged", async () => {
  await using model = await startScriptedModel([[step.http(401, "who are you")]]);
  const { client } = testClient({ baseUrl: model.baseUrl, wireApi: "chat" });
  await expect(probeEndpoint({ client, model: "m", ...calm(), onQuestion: () => {} })).rejects.toMatchObject({
    failure: { kind: "unauthorized" },
  });
  client.close();
});
