import { expect, test } from "vitest";
import { EventStream } from "./event-stream.ts";

/** As the spawner writes it: size, id, kind, detail, bytes. */
function message({
  id,
  kind,
  detail = 0,
  body = Buffer.alloc(0),
}: {
  readonly id: number;
  readonly kind: number;
  readonly detail?: number;
  readonly body?: Buffer;
}): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(body.length, 0);
  header.writeUInt32LE(id, 4);
  header.writeUInt16LE(kind, 8);
  header.writeUInt16LE(detail, 10);
  return Buffer.concat([header, body]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Everything that is told, pieces of one output joined. */
function toldOf(pieces: readonly Buffer[]): unknown[] {
  const told: unknown[] = [];
  const outputs = new Map<string, string>();
  const events = new EventStream({
    event(id, event) {
      told.push([id, event]);
    },
    bytes(id, stream, bytes) {
      const key = `${id} ${stream}`;
      outputs.set(key, (outputs.get(key) ?? "") + bytes.toString());
    },
  });
  for (const piece of pieces) events.push(piece);
  return [...told, Object.fromEntries(outputs)];
}

const STREAM = Buffer.concat([
  message({ id: 0, kind: 1, body: number(6) }),
  message({ id: 7, kind: 2, body: number(4242) }),
  message({ id: 8, kind: 3, body: number(24) }),
  message({ id: 7, kind: 4, detail: 1, body: Buffer.from("some output") }),
  message({ id: 7, kind: 4, detail: 2, body: Buffer.from("an error") }),
  message({ id: 7, kind: 4, detail: 1, body: Buffer.from(", and more") }),
  message({ id: 7, kind: 4, detail: 1 }),
  message({ id: 7, kind: 5, detail: 32 }),
  message({ id: 7, kind: 6, detail: 9, body: Buffer.concat([number(9), Buffer.from("status")]) }),
]);
const TOLD = [
  [0, { kind: "ready", landlockAbi: 6 }],
  [7, { kind: "started", pid: 4242 }],
  [8, { kind: "failed", errno: 24 }],
  [7, { kind: "output", stream: "stdout", ended: true }],
  [7, { kind: "taken", errno: 32 }],
  [7, { kind: "exited", code: 9, signal: 9, status: "status" }],
  { "7 stdout": "some output, and more", "7 stderr": "an error" },
];

test("what the spawner says is understood however it is cut", () => {
  expect(toldOf([STREAM])).toEqual(TOLD);
  expect(toldOf(Array.from(STREAM, (_, at) => STREAM.subarray(at, at + 1)))).toEqual(TOLD);
  for (let at = 1; at < STREAM.length; at += 1) {
    expect(toldOf([STREAM.subarray(0, at), STREAM.subarray(at)])).toEqual(TOLD);
  }
});

test("what is not understood is not passed over", () => {
  expect(() => toldOf([message({ id: 1, kind: 99 })])).toThrow("not known: 99");
});
