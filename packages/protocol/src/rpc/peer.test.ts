import { expect, test } from "vitest";
import { linkedPair } from "./linked-pair.ts";
import type { Message } from "./message.ts";
import { createPeer, type PeerHandlers } from "./peer.ts";
import { INTERNAL_ERROR, INVALID_REQUEST, RpcError } from "./rpc-error.ts";

const silent: PeerHandlers = { request: () => null, notification: () => undefined };

function connectPeers(handlers: Partial<PeerHandlers>, options?: Parameters<typeof createPeer>[2]) {
  const [left, right] = linkedPair();
  return { client: createPeer(left, silent), server: createPeer(right, { ...silent, ...handlers }, options) };
}

test("a request is answered with what its handler returns, at once or later", async () => {
  const { client } = connectPeers({
    request: ({ method, params }) => (method === "now" ? params : Promise.resolve({ later: params })),
  });
  expect(await Promise.all([client.request("now", 1), client.request("then", 2)])).toEqual([1, { later: 2 }]);
});

test("an RpcError that a handler throws is the answer; any other error is an internal one, and is reported", async () => {
  const faults: unknown[] = [];
  const { client } = connectPeers(
    {
      request: ({ method }) => {
        throw method === "bad" ? new RpcError(INVALID_REQUEST, "no", { data: { why: 1 } }) : new TypeError("bug");
      },
    },
    { onFault: (error) => faults.push(error) },
  );
  await expect(client.request("bad", undefined)).rejects.toMatchObject({
    code: INVALID_REQUEST,
    message: "no",
    data: { why: 1 },
    origin: "answer",
  });
  await expect(client.request("worse", undefined)).rejects.toMatchObject({ code: INTERNAL_ERROR, message: "bug" });
  expect(faults).toEqual([new TypeError("bug")]);
});

test("what a handler wants sent after its answer comes after it, and before anything else", async () => {
  const seen: Message[] = [];
  const [left, right] = linkedPair();
  const both = new Promise<void>((resolve) => {
    left.onMessage((message) => {
      if (seen.push(message) === 2) resolve();
    });
  });
  const server = createPeer(right, {
    ...silent,
    request: ({ afterAnswer }) => {
      afterAnswer(() => server.notify("started"));
      return Promise.resolve({});
    },
  });
  left.send({ id: "s", method: "start", params: {} });
  await both;
  expect(seen).toEqual([{ id: "s", result: {} }, { method: "started" }]);
});

test("own requests are numbered 0, 1, 2, or by the owner's counter", async () => {
  const ids: unknown[] = [];
  const [left, right] = linkedPair();
  const asking = createPeer(left, silent);
  createPeer(right, { ...silent, request: ({ id }) => ids.push(id) });
  await Promise.all([asking.request("a", undefined), asking.request("b", undefined)]);

  const [other, third] = linkedPair();
  createPeer(other, { ...silent, request: ({ id }) => ids.push(id) });
  await createPeer(third, silent, { nextId: () => 41 }).request("c", undefined);
  expect(ids).toEqual([0, 1, 41]);
});

test("when the connection ends, running handlers are told and open requests fail as unanswered", async () => {
  const told: unknown[] = [];
  const { client, server } = connectPeers({
    request: ({ signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          told.push(signal.reason);
          reject(new Error("stopped"));
        }),
      ),
  });
  const answer = client.request("wait", undefined);
  await Promise.all([expect(answer).rejects.toMatchObject({ origin: "connectionClosed" }), client.close()]);
  expect(told).toEqual([expect.any(RpcError)]);
  expect(await client.closed).toBe("closed by this side");
  expect(await server.closed).toBe("closed by the other side");
  await expect(client.request("more", undefined)).rejects.toMatchObject({ origin: "connectionClosed" });
});

test("an aborted request rejects with the reason, and its late answer is ignored", async () => {
  let answerLate = (_result: string): void => undefined;
  const late = new Promise((resolve) => (answerLate = resolve));
  const { client } = connectPeers({ request: ({ method }) => (method === "slow" ? late : "fast") });
  const controller = new AbortController();
  const slow = client.request("slow", undefined, { signal: controller.signal });
  controller.abort(new Error("changed my mind"));
  await expect(slow).rejects.toThrow("changed my mind");
  answerLate("late");
  expect(await client.request("fast", undefined)).toBe("fast");
});

test("answers for ids that are not pending are ignored, and the id's type counts", async () => {
  const [left, right] = linkedPair();
  const client = createPeer(left, silent);
  right.onMessage(() => {
    right.send({ id: "0", result: "of another type" });
    right.send({ id: 7, result: "never asked" });
    right.send({ id: 0, result: "right" });
    right.send({ id: 0, result: "again" });
  });
  expect(await client.request("ask", undefined)).toBe("right");
});
