import fc from "fast-check";
import { expect, test } from "vitest";
import { testProvider, testRequest } from "../../test/client-fixture.ts";
import type { ResponseItem } from "../response-item.ts";
import type { WireAdapter } from "./adapter.ts";
import { createAnthropicAdapter } from "./anthropic/adapter.ts";
import { createChatAdapter } from "./chat/adapter.ts";
import { toExchanges } from "./exchanges.ts";
import { createGeminiAdapter } from "./gemini/adapter.ts";

const user = (text: string): ResponseItem => ({
  type: "message",
  role: "user",
  content: [{ type: "input_text", text }],
});
const said = (text: string, response_id?: string): ResponseItem => ({
  type: "message",
  role: "assistant",
  content: [{ type: "output_text", text }],
  ...(response_id === undefined ? {} : { provider_state: { provider: "p", model: "m", response_id } }),
});
const call = (id: string): ResponseItem => ({ type: "function_call", name: "f", arguments: "{}", call_id: id });
const output = (id: string): ResponseItem => ({ type: "function_call_output", call_id: id, output: `out ${id}` });

const shape = (...input: readonly ResponseItem[]): unknown[] =>
  toExchanges(input).map((exchange) =>
    exchange.type === "told"
      ? exchange.messages.length
      : [exchange.items.length, exchange.results.map(({ output }) => output), exchange.isCurrent],
  );

test("a response ends with the first output or message behind it, and has the results of its calls", () => {
  expect(shape(user("a"), user("b"), said("c"), call("1"), call("2"), output("2"), output("1"), said("d"))).toEqual([
    2,
    [3, ["out 1", "out 2"], true],
    [1, [], true],
    1,
  ]);
});

test("what was said before the last message to the model is not current any more", () => {
  expect(shape(said("a"), user("b"), said("c"))).toEqual([[1, [], false], 1, [1, [], true], 1]);
});

test("responses that follow each other are told by their ids", () => {
  expect(shape(said("a", "r1"), said("b", "r1"), said("c", "r2"))).toEqual([[2, [], true], [1, [], true], 1]);
});

test("outputs without a call are left out, calls without an output are answered", () => {
  expect(shape(output("x"), call("1"))).toEqual([[1, ["aborted"], true]]);
});

test("the model does not have the last word, unless the provider is still searching", () => {
  const search: ResponseItem = { type: "web_search_call", action: { type: "search" } };
  expect(shape(user("a"), said("b"))).toEqual([1, [1, [], true], 1]);
  expect(shape(user("a"), said("b"), search)).toEqual([1, [2, [], true]]);
});

/** Histories as threads can have them, and worse: outputs missing, doubled, in any place. */
const history = fc.array(
  fc.oneof(
    fc.string().map(user),
    fc.string().map((text) => said(text)),
    fc.constantFrom("r1", "r2").map((id) => said("x", id)),
    fc.constantFrom("1", "2", "3.x").map(call),
    fc.constantFrom("1", "2", "3.x", "4").map(output),
    fc
      .string()
      .map((text): ResponseItem => ({ type: "message", role: "developer", content: [{ type: "input_text", text }] })),
  ),
  { maxLength: 12 },
);

function encode(create: typeof createChatAdapter, input: readonly ResponseItem[]): Record<string, unknown> {
  const adapter: WireAdapter = create({ provider: testProvider(), newCallId: () => "made" });
  const request = testRequest({ model: "claude-opus-5" });
  const { body } = adapter.encode({ ...request, prompt: { ...request.prompt, input } });
  return JSON.parse(body) as Record<string, unknown>;
}

interface Message {
  readonly role: string;
  readonly content: readonly Record<string, unknown>[];
  readonly parts: readonly Record<string, unknown>[];
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { readonly id: string }[];
}

test("law: in Chat Completions, exactly the results of a message's calls follow it, in their order", () => {
  fc.assert(
    fc.property(history, (input) => {
      const messages = encode(createChatAdapter, input)["messages"] as readonly Message[];
      for (const [index, { role, tool_calls: calls = [] }] of messages.entries()) {
        if (role === "tool") continue;
        const following = messages.slice(index + 1);
        const end = following.findIndex((message) => message.role !== "tool");
        const results = following.slice(0, end === -1 ? following.length : end);
        expect(results.map(({ tool_call_id: id }) => id)).toEqual(calls.map(({ id }) => id));
      }
    }),
  );
});

test("law: in the Messages API roles alternate from the user on, and results stand first in the next message", () => {
  fc.assert(
    fc.property(history, (input) => {
      const messages = encode(createAnthropicAdapter, input)["messages"] as readonly Message[];
      const seen = new Set<unknown>();
      for (const [index, { role, content }] of messages.entries()) {
        expect(role).toBe(index % 2 === 0 ? "user" : "assistant");
        expect(content.length).toBeGreaterThan(0);
        const uses = content.filter(({ type }) => type === "tool_use").map(({ id }) => id);
        const next = messages[index + 1]?.content.slice(0, uses.length) ?? [];
        expect(next.map((block) => block["tool_use_id"])).toEqual(uses);
        for (const id of uses) {
          expect(seen.has(id)).toBe(false);
          seen.add(id);
        }
      }
    }),
  );
});

test("law: in generateContent roles alternate from the user on, and as many responses follow as there were calls", () => {
  fc.assert(
    fc.property(history, (input) => {
      const contents = encode(createGeminiAdapter, input)["contents"] as readonly Message[];
      for (const [index, { role, parts }] of contents.entries()) {
        expect(role).toBe(index % 2 === 0 ? "user" : "model");
        const calls = parts.filter((part) => "functionCall" in part).length;
        const next = contents[index + 1]?.parts.slice(0, calls) ?? [];
        expect(next.filter((part) => "functionResponse" in part).length).toBe(calls);
      }
    }),
  );
});
