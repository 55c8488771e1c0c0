import type { IncomingRequest } from "@heddle/protocol";
import { expect, test } from "vitest";
import { createCallReader } from "./read-calls.ts";

function request(method: string, params: IncomingRequest["params"] = {}): IncomingRequest {
  return { id: method, method, params, signal: new AbortController().signal, afterAnswer: () => {} };
}

test("requests are read in their order, whichever declarations each has to wait for", async () => {
  const read = createCallReader();
  const seen: string[] = [];
  const note = async (incoming: IncomingRequest): Promise<void> => {
    const call = read(incoming);
    await (call instanceof Promise ? call : Promise.resolve(call)).then(
      ({ method }) => seen.push(method),
      (error: unknown) => seen.push(String(error)),
    );
  };
  await Promise.all([
    note(request("thread/start")),
    note(request("thread/list")),
    note(request("turn/start", [])),
    note(request("thread/start")),
  ]);
  expect(seen).toEqual(["thread/start", "thread/list", expect.stringMatching(/Invalid request/), "thread/start"]);

  // All is there by now, and nothing is waited for.
  expect(["thread/start", "model/list"].map((method) => read(request(method)))).toEqual([
    { method: "thread/start", params: expect.any(Object) },
    { method: "model/list", params: expect.any(Object) },
  ]);
});
