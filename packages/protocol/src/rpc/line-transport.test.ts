import { expect, test } from "vitest";
import { createLineTransport, type LinePort } from "./line-transport.ts";
import type { Message } from "./message.ts";

function openTransport(port: Partial<LinePort> = {}) {
  const written: string[] = [];
  const transport = createLineTransport({
    write: (text) => {
      written.push(text);
      return true;
    },
    schedule: queueMicrotask,
    close: async () => undefined,
    ...port,
  });
  return { transport, written };
}

test("what is sent in one go leaves in one write, in order", async () => {
  const { transport, written } = openTransport();
  transport.send({ method: "a" });
  transport.send({ id: 1, result: {} });
  await transport.close();
  transport.send({ method: "too late" });
  expect(written).toEqual(['{"method":"a"}\n{"id":1,"result":{}}\n']);
});

test("messages wait for their reader; malformed lines are dropped and reported", () => {
  const malformed: string[] = [];
  const { transport } = openTransport({ onMalformed: (line) => malformed.push(line) });
  transport.receive('{"method":"early"}\n[]\n{"method":');
  const received: Message[] = [];
  transport.onMessage((message) => received.push(message));
  transport.receive('"late"}\n');
  expect({ received, malformed }).toEqual({ received: [{ method: "early" }, { method: "late" }], malformed: ["[]"] });
});

test("producers wait while the port is full, and no longer once it has ended", async () => {
  let full = true;
  const { transport } = openTransport({ write: () => !full });
  const order: string[] = [];
  transport.send({ method: "a" });
  await Promise.resolve();
  const first = transport.drained().then(() => order.push("drained"));
  order.push("resumed");
  full = false;
  transport.resumeWriting();
  await first;
  expect(order).toEqual(["resumed", "drained"]);

  full = true;
  transport.send({ method: "b" });
  await Promise.resolve();
  const second = transport.drained();
  transport.end("gone");
  await second;
});

test("the end is told once, after the last message, also to those who ask late", () => {
  const { transport } = openTransport();
  const told: string[] = [];
  transport.onMessage(() => told.push("message"));
  transport.onClose((reason) => told.push(reason));
  transport.receive('{"method":"last"}');
  transport.end("end of input");
  transport.end("again");
  transport.receive('{"method":"after"}\n');
  expect(told).toEqual(["message", "end of input"]);
  transport.onClose((reason) => told.push(`late: ${reason}`));
  expect(told).toEqual(["message", "end of input", "late: end of input"]);
});

test("an answer that cannot be written becomes an error, so that the request is answered", async () => {
  const { transport, written } = openTransport();
  let nested: unknown = null;
  for (let depth = 0; depth < 200_000; depth++) nested = [nested];
  transport.send({ id: 1, result: nested });
  transport.send({ method: "m", params: nested });
  await transport.close();
  expect(written.map((text): unknown => JSON.parse(text))).toEqual([
    { id: 1, error: { code: -32603, message: expect.stringContaining("cannot be written as JSON") } },
  ]);
});
