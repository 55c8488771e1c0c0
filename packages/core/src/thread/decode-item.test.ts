import { expect, test } from "vitest";
import { decodeResponseItem } from "./decode-item.ts";

const text = (value: string) => ({ type: "input_text", text: value });
const message = { type: "message", role: "user", content: [text("hi")] };
const reasoning = {
  type: "reasoning",
  summary: [{ type: "summary_text", text: "s" }],
  content: null,
  encrypted_content: "E",
};
const call = { type: "function_call", name: "f", arguments: "{}", call_id: "c" };
const custom = { type: "custom_tool_call", name: "f", input: "x", call_id: "c", status: "completed" };
const shell = {
  type: "local_shell_call",
  call_id: "c",
  status: "completed",
  action: { type: "exec", command: ["ls"] },
};
const search = { type: "web_search_call", status: "completed", action: { type: "search", query: "q" } };
const output = { type: "function_call_output", call_id: "c", output: "done" };
const customOutput = { type: "custom_tool_call_output", call_id: "c", output: "done" };
const ghost = { type: "ghost_snapshot", ghost_commit: { id: "x" } };
const other = { type: "other", raw: { type: "new", x: 1 } };

test.each(
  [message, reasoning, call, custom, shell, search, output, customOutput, ghost, other].map((item) => [
    item.type,
    item,
  ]),
)("a %s is itself, with what is not looked at", (_type, item) => {
  const whole = { ...item, id: "i", provider_state: { provider: "p", model: "m" } };
  expect(decodeResponseItem(whole)).toBe(whole);
});

test.each<[string, object, object]>([
  ["an item of an unknown type is kept verbatim", { type: "new", x: 1 }, other],
  [
    "a compaction has two names",
    { type: "compaction", encrypted_content: "E" },
    { type: "compaction_summary", encrypted_content: "E" },
  ],
  ["a text is the one part of a message", { ...message, content: "hi" }, message],
  [
    "what the model said is output",
    { ...message, role: "assistant", content: "hi" },
    { ...message, role: "assistant", content: [{ type: "output_text", text: "hi" }] },
  ],
  [
    "parts that are none are left out",
    { ...message, content: [null, text("hi"), { type: "input_image" }, { type: "audio" }] },
    message,
  ],
  [
    "reasoning may lack its members",
    { type: "reasoning", summary: [] },
    { type: "reasoning", summary: [], content: null, encrypted_content: null },
  ],
  ["reasoning whose text is none has none", { ...reasoning, content: 5 }, reasoning],
  ["an output may be an object with a text", { ...output, output: { content: "done", success: true } }, output],
  [
    "an output may be an object with parts",
    { ...output, output: { content: "x", content_items: [text("done")] } },
    { ...output, output: [text("done")] },
  ],
  ["an output that is none is empty", { ...output, output: 5 }, { ...output, output: "" }],
  ["the output of a free-form call is text", { ...customOutput, output: [text("do"), text("ne")] }, customOutput],
  ["a search needs no action", { type: "web_search_call" }, { type: "web_search_call", action: { type: "other" } }],
  ["state that is none is left out", { ...call, provider_state: null }, { ...call, provider_state: undefined }],
])("%s", (_what, payload, item) => {
  expect(decodeResponseItem(payload)).toEqual(item);
});

test.each<[unknown]>([
  [null],
  ["text"],
  [{}],
  [{ ...message, role: "nobody" }],
  [{ ...message, content: null }],
  [{ ...reasoning, summary: null }],
  [{ ...call, call_id: 5 }],
  [{ ...call, arguments: undefined }],
  [{ ...custom, input: null }],
  [{ ...shell, action: { command: "ls" } }],
  [{ ...output, call_id: null }],
  [{ type: "compaction" }],
])("%j is no item", (payload) => {
  expect(decodeResponseItem(payload)).toBeNull();
});
