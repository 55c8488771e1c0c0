import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createPeer, linkedPair, RpcError, type IncomingRequest, type Message, type Peer } from "../src/index.ts";

/** How a handler behaves. */
const conduct = fc.constantFrom("return", "resolve", "throw", "reject", "refuse", "never");
type Conduct = "return" | "resolve" | "throw" | "reject" | "refuse" | "never";

function behave(how: Conduct, call: IncomingRequest, scheduler: fc.Scheduler): unknown {
  switch (how) {
    case "return":
      return call.params;
    case "resolve":
      return scheduler.schedule(Promise.resolve(call.params));
    case "throw":
      throw new Error("bug");
    case "reject":
      return scheduler.schedule(Promise.resolve()).then(() => Promise.reject(new Error("bug")));
    case "refuse":
      throw new RpcError(-32600, "no");
    case "never":
      return new Promise(() => undefined);
  }
}

const quiet = { onFault: () => undefined };

test("each request is answered exactly once, whatever the handlers do and in whatever order they end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(conduct, { maxLength: 12 }), async (scheduler, conducts) => {
      const [raw, served] = linkedPair();
      createPeer(
        served,
        {
          request: (call) => behave(conducts[Number(call.id)] ?? "return", call, scheduler),
          notification: () => undefined,
        },
        quiet,
      );
      const answers: Message[] = [];
      raw.onMessage((message) => answers.push(message));
      for (const id of conducts.keys()) raw.send({ id, method: "m", params: id });
      await raw.drained();
      await scheduler.waitIdle();
      await new Promise(setImmediate); // what is left are microtasks
      const answered = answers.map((message) => ("id" in message ? Number(message.id) : -1)).toSorted((a, b) => a - b);
      expect(answered).toEqual(conducts.flatMap((how, id) => (how === "never" ? [] : [id])));
    }),
  );
});

test("each own request settles exactly once, also when both sides ask and the connection ends in between", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.tuple(fc.boolean(), conduct), { maxLength: 12 }),
      fc.nat({ max: 12 }),
      async (scheduler, requests, closeAt) => {
        const [left, right] = linkedPair();
        const open = (transport: typeof left): Peer =>
          createPeer(
            transport,
            {
              // The other side sends its conduct as the method.
              request: (call) => behave(call.method as Conduct, call, scheduler),
              notification: () => undefined,
            },
            quiet,
          );
        const peers = [open(left), open(right)] as const;
        const settled = requests.map(() => 0);
        const all = requests.map(([fromLeft, how], at) => {
          const asked = scheduler.schedule(Promise.resolve()).then(async () => {
            if (at === closeAt) await peers[0].close();
            return peers[fromLeft ? 0 : 1].request(how, at);
          });
          const count = (): void => void (settled[at] = (settled[at] ?? 0) + 1);
          return asked.then(count, count);
        });
        await scheduler.waitIdle();
        await peers[1].close();
        await Promise.all(all);
        expect(settled).toEqual(requests.map(() => 1));
        expect(await Promise.all(peers.map(({ closed }) => closed))).toHaveLength(2);
      },
    ),
  );
});
