import { once } from "node:events";
import { Duplex } from "node:stream";
import { expect, test } from "vitest";
import type { ExecRequest } from "./escalation.ts";
import { frame } from "./frames.ts";
import { dataMessage, releaseMessage } from "./messages.ts";
import { serveWrappers } from "./serve-wrappers.ts";

/** A control channel: what is said to us goes in, what we say comes out at `said`. */
function channel(): { control: Duplex; said: Buffer[]; hear(...messages: readonly Buffer[]): Promise<void> } {
  const said: Buffer[] = [];
  const control: Duplex = new Duplex({
    read() {},
    write(bytes: Buffer, _, done) {
      said.push(bytes);
      control.emit("answered");
      done();
    },
  });
  return {
    control,
    said,
    async hear(...messages) {
      const heard = once(control, "data");
      control.push(Buffer.concat(messages));
      await heard;
    },
  };
}

const REQUEST = { file: "/bin/true", argv: ["true"], workdir: "/", env: { A: "1" } };

test("who sends a thousand frames out of turn is let go once, and nothing of it is decided about", async () => {
  const { control, said, hear } = channel();
  const asked: ExecRequest[] = [];
  serveWrappers(control, {
    wrapper: "/wrapper",
    decide(request) {
      asked.push(request);
      return new Promise(() => {});
    },
  });
  await hear(dataMessage(1, Buffer.alloc(4_000)), dataMessage(1, frame(REQUEST)));
  await hear(dataMessage(2, Buffer.concat([frame(REQUEST), Buffer.alloc(4_000), frame(REQUEST)])));
  expect(said).toEqual([releaseMessage(1), releaseMessage(2)]);
  expect(asked).toEqual([{ ...REQUEST, exact: true }]);
});

test("what all wrappers of a command say together has a bound, and who goes makes room", async () => {
  const { control, said, hear } = channel();
  serveWrappers(control, { wrapper: "/wrapper", decide: async () => ({ type: "escalate" }) });
  const piece = Buffer.alloc(4 << 20);
  piece.writeUInt32LE(4 << 20);
  for (let stream = 1; stream <= 8; stream += 1) await hear(dataMessage(stream, piece));
  expect(said).toEqual([]);
  await hear(dataMessage(9, piece));
  expect(said.splice(0)).toEqual([releaseMessage(9)]);
  // The helper says so as we do.
  await hear(releaseMessage(9), releaseMessage(8));
  const answered = once(control, "answered");
  await hear(dataMessage(10, frame(REQUEST)));
  await answered;
  expect(said).toEqual([dataMessage(10, frame({ action: "Escalate" }))]);
});
