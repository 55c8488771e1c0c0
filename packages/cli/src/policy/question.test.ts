import { expect, test } from "vitest";
import { readQuestion } from "./question.ts";

const read = (line: string) => readQuestion(line, { cwd: "/here" });

test("a question says what it says, and the rest has its defaults", () => {
  const full = {
    id: 7,
    argv: ["ls"],
    rules: 'prefix_rule(["ls"])',
    approvalPolicy: "never",
    sandbox: "workspace-write",
    cwd: "/there",
    escalated: true,
    justification: "why",
  };
  expect(read(JSON.stringify({ ...full, whatever: 1 }))).toEqual(full);
  expect(read('{"argv":[]}')).toEqual({
    id: null,
    argv: [],
    rules: "",
    approvalPolicy: "untrusted",
    sandbox: "read-only",
    cwd: "/here",
    escalated: false,
    justification: null,
  });
});

test.each([
  ['{"id":1', null, /^not JSON: /],
  ["[1]", null, "a question is a JSON object"],
  ["null", null, "a question is a JSON object"],
  ['{"id":{},"argv":[]}', null, "`id` must be a string or a number"],
  ['{"id":"a"}', "a", "`argv` must be a list of strings"],
  ['{"id":"a","argv":["x",1]}', "a", "`argv` must be a list of strings"],
  ['{"argv":[],"rules":1}', null, "`rules` must be a string"],
  ['{"argv":[],"sandbox":"none"}', null, /^`sandbox` must be one of `read-only`, /],
  ['{"argv":[],"approvalPolicy":"__proto__"}', null, /^`approvalPolicy` must be one of /],
  ['{"argv":[],"cwd":"there"}', null, "`cwd` must be an absolute path"],
  ['{"argv":[],"escalated":"yes"}', null, "`escalated` must be true or false"],
  ['{"argv":[],"justification":1}', null, "`justification` must be a string or null"],
])("the line %s is answered with its id and the reason", (line, id, error) => {
  expect(read(line)).toEqual({ id, error: typeof error === "string" ? error : expect.stringMatching(error) });
});
