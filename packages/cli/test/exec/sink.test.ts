import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import { createSink } from "../../src/exec/sink.ts";

test("flushed waits until everything has left", async () => {
  const left: string[] = [];
  const slow = new Writable({
    write(chunk: Buffer, _, done) {
      setImmediate(() => {
        left.push(chunk.toString());
        done();
      });
    },
  });
  const sink = createSink(slow);
  sink.write("one ");
  sink.write("two");
  await sink.flushed();
  expect(left.join("")).toBe("one two");
});

test("a reader that goes away closes the sink, and writing goes on without effect", async () => {
  const stream = new PassThrough();
  const sink = createSink(stream);
  expect(sink.closed.aborted).toBe(false);
  stream.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  await new Promise<void>((resolve) => sink.closed.addEventListener("abort", () => resolve()));
  sink.write("lost");
  await sink.flushed();
  expect(sink.failure()).toBeNull();
});

test("a disk that is full closes the sink, too, and is told", async () => {
  const stream = new PassThrough();
  const sink = createSink(stream);
  stream.destroy(Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }));
  await sink.flushed();
  expect({ closed: sink.closed.aborted, failure: sink.failure() }).toEqual({
    closed: true,
    failure: "ENOSPC: no space left on device, write",
  });
});
