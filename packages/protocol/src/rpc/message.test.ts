import { describe, expect, test } from "vitest";
import { decodeMessage } from "./message.ts";

describe("what is no message is dropped", () => {
  test.each([[null], [[]], [{}], ["text"], [7], [{ id: 50 }], [[{ id: 1, method: "x" }]], [{ id: 1.5, result: 1 }]])(
    "%j",
    (value) => {
      expect(decodeMessage(value)).toBeNull();
    },
  );
  test("an error without a code", () => {
    expect(decodeMessage({ id: 1, error: { message: "no" } })).toBeNull();
  });
});

test("members tell the four shapes apart, and unknown members are ignored", () => {
  expect(decodeMessage({ jsonrpc: "2.0", id: -3, method: "m", params: { a: 1 }, extra: true })).toEqual({
    id: -3,
    method: "m",
    params: { a: 1 },
  });
  expect(decodeMessage({ method: "m" })).toEqual({ method: "m" });
  expect(decodeMessage({ id: "0", result: null })).toEqual({ id: "0", result: null });
  expect(decodeMessage({ id: 0, error: { code: -32600, message: "no", data: [1] } })).toEqual({
    id: 0,
    error: { code: -32600, message: "no", data: [1] },
  });
});

test.each([[null], [1.5], [{}], [[1]], [true]])("a message with a method and the id %j is a notification", (id) => {
  expect(decodeMessage({ id, method: "thread/start", params: {} })).toEqual({ method: "thread/start", params: {} });
});
