import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeLine, encodeLine } from "./line-codec.ts";
import { createLineDecoder } from "./lines.ts";
import type { Message } from "./message.ts";

const requestId = fc.oneof(fc.string(), fc.maxSafeInteger());
const json = fc.jsonValue({ stringUnit: "binary" }).map((value): unknown => JSON.parse(JSON.stringify(value)));
const body = fc.record({ method: fc.string(), params: json }, { requiredKeys: ["method"] });
const message: fc.Arbitrary<Message> = fc.oneof(
  body,
  fc.tuple(requestId, body).map(([id, request]) => ({ id, ...request })),
  fc.record({ id: requestId, result: json }),
  fc.record({ id: requestId, error: fc.record({ code: fc.integer(), message: fc.string() }) }),
);

test("a message comes out of its line as it went in", () => {
  fc.assert(
    fc.property(message, (sent) => {
      expect(decodeLine(encodeLine(sent))).toEqual(sent);
    }),
  );
});

test("a stream gives the same lines however it is cut into chunks, inside of characters too", () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 5 }),
      fc.array(fc.constantFrom("", " ", "\r"), { minLength: 5, maxLength: 5 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (sent, blanks, sizes) => {
        const text = sent.map((each, at) => `${encodeLine(each).trimEnd()}${blanks[at]}\n${blanks[at]}\n`).join("");
        const bytes = new TextEncoder().encode(text);
        const received: (Message | null)[] = [];
        const lines = createLineDecoder((line) => received.push(decodeLine(line)));
        for (let at = 0; at < bytes.length;) {
          const size = sizes.next().value;
          lines.push(bytes.subarray(at, at + size));
          at += size;
        }
        lines.end();
        expect(received).toEqual(sent);
      },
    ),
  );
});

test("a last line without a line feed counts, blank ones do not, and text is taken like bytes", () => {
  const lines: string[] = [];
  const decoder = createLineDecoder((line) => lines.push(line));
  for (const chunk of ['\n \r\n{"a"', ":1}\r\n", " x "]) decoder.push(chunk);
  decoder.end();
  expect(lines).toEqual(['{"a":1}', " x "]);
});

test("a long line in small chunks takes time in proportion to its length", () => {
  const lines: number[] = [];
  const decoder = createLineDecoder((line) => lines.push(line.length));
  const chunk = "x".repeat(64);
  for (let count = 0; count < 100_000; count++) decoder.push(chunk);
  decoder.end();
  expect(lines).toEqual([6_400_000]);
}, 2_000);

test.each(["9223372036854775807", "-9223372036854775808", "9007199254740993"])(
  "an id of 64 bits is echoed as it came: %s",
  (id) => {
    const asked = decodeLine(`{"method":"m","params":{"id":1},"id":${id}}`);
    const answer = asked !== null && "id" in asked ? encodeLine({ id: asked.id, result: {} }) : "";
    expect(answer).toBe(`{"id":${id},"result":{}}\n`);
  },
);

test("an integer of more than 64 bits is no id: with a method the message is a notification", () => {
  expect(decodeLine('{"id":9223372036854775808,"method":"m"}')).toEqual({ method: "m" });
  expect(decodeLine('{"id":9223372036854775808,"result":1}')).toBeNull();
});

test("a line that is nested deeper than 128 levels is no message", () => {
  const nested = (depth: number): string => `{"method":"m","params":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  expect(decodeLine(nested(127))).toMatchObject({ method: "m" });
  expect(decodeLine(nested(128))).toBeNull();
  expect(decodeLine(nested(1_000_000))).toBeNull();
});

test.each(["not JSON", "[]", "{}", '"text"', '{"id":50}', '[{"id":1,"method":"m"}]', "{", "\u0000"])(
  "a line that is no message is told apart: %j",
  (line) => {
    expect(decodeLine(line)).toBeNull();
  },
);
