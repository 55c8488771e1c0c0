import fc from "fast-check";
import { expect, test } from "vitest";
import { RetainedOutput } from "./retained-output.ts";

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });

test("the first and the last bytes are kept and the rest is counted, however the stream is cut", () => {
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 32 }), (chunks, endBytes) => {
      const output = new RetainedOutput(endBytes);
      for (const chunk of chunks) output.append(chunk);
      const all = Buffer.concat(chunks);
      const { head, tail, omittedBytes } = output.retained();
      expect(output.totalBytes).toBe(all.length);
      expect(omittedBytes).toBe(Math.max(0, all.length - 2 * endBytes));
      const kept = Buffer.concat([head, tail]);
      if (omittedBytes === 0) {
        expect(kept).toEqual(all);
        expect(tail).toHaveLength(0);
      } else {
        expect(head).toEqual(all.subarray(0, endBytes));
        expect(tail).toEqual(all.subarray(all.length - endBytes));
      }
    }),
  );
});

test("a gigabyte takes no more memory than its two ends", () => {
  const output = new RetainedOutput();
  const chunk = Buffer.alloc(64 * 1024, "x");
  const before = process.memoryUsage().arrayBuffers;
  for (let count = 0; count < 16 * 1024; count += 1) output.append(chunk);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
  expect(output.retained().omittedBytes).toBe(1024 ** 3 - 2 * 1024 ** 2);
});
