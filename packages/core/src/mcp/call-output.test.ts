import { expect, test } from "vitest";
import { failureOutput, toModelOutput } from "./call-output.ts";

const text = { type: "text", text: "see" };
const image = { type: "image", data: "AAAA", mimeType: "image/png" };

test.each([
  ["structured content goes before the blocks", [text], { n: 1 }, '{"n":1}'],
  ["blocks come as JSON", [text], null, '[{"type":"text","text":"see"}]'],
  ["an empty result is an empty list", [], null, "[]"],
  [
    "a picture beside something else than text stays JSON",
    [image, { type: "resource_link", uri: "s://a", name: "a" }],
    null,
    '[{"type":"image","data":"AAAA","mimeType":"image/png"},{"type":"resource_link","uri":"s://a","name":"a"}]',
  ],
])("%s", (_name, content, structuredContent, expected) => {
  expect(toModelOutput({ content, structuredContent, isError: false })).toEqual({ type: "text", text: expected });
});

test("pictures are shown as pictures", () => {
  const whole = { type: "image", data: "data:image/gif;base64,BBBB" };
  expect(toModelOutput({ content: [text, image, whole], structuredContent: null, isError: false })).toEqual({
    type: "content",
    content: [
      { type: "input_text", text: "see" },
      { type: "input_image", image_url: "data:image/png;base64,AAAA" },
      { type: "input_image", image_url: "data:image/gif;base64,BBBB" },
    ],
  });
});

test("a failure is quoted", () => {
  expect(failureOutput('it said "no"')).toEqual({ type: "text", text: 'err: "it said \\"no\\""' });
});
