import { clientMethods, legacyMethods } from "@heddle/protocol";
import { describe, expect, test } from "vitest";
import { implementedMethods } from "../src/index.ts";
import { startTestServer } from "./support/test-server.ts";

const METHODS = [...implementedMethods.map((method) => clientMethods[method]), ...Object.values(legacyMethods)].filter(
  ({ method }) => method !== "initialize",
);
const WITH_PARAMS = METHODS.filter(({ params }) => params !== null).map(({ method }) => method);
const WITHOUT = METHODS.filter(({ params }) => params === null).map(({ method }) => method);
/** Of those without, the ones that begin something which outlives the request. */
const BEGINS_SOMETHING = new Set(["loginChatGpt"]);

const refused = (reason: RegExp) => ({
  id: expect.any(Number),
  error: { code: -32600, message: expect.stringMatching(reason) },
});

describe("params that cannot be read are refused with the reason", () => {
  test.each(WITH_PARAMS)("%s", async (method) => {
    await using server = await startTestServer();
    const client = await server.connect();
    expect(await client.ask(method)).toEqual(refused(/^Invalid request: missing field `params`$/));
    for (const params of [null, 5, "x", true, []]) {
      expect(await client.ask(method, params)).toEqual(
        refused(/^Invalid request: (?:invalid type|data did not match)/),
      );
    }
  });
});

test.each(WITHOUT.filter((method) => !BEGINS_SOMETHING.has(method)))(
  "%s takes no params: absent, null and {} are the same",
  async (method) => {
    await using server = await startTestServer();
    const client = await server.connect();
    const readable = expect.not.stringMatching(/^Invalid request/);
    for (const params of [undefined, null, {}]) {
      const answer = await client.ask(method, params);
      if ("error" in answer) expect(answer.error.message).toEqual(readable);
      else expect(answer).toHaveProperty("result");
    }
    expect(await client.ask(method, 5)).toEqual(refused(/^Invalid request: invalid type/));
  },
);

test("a method that is unknown is refused with a list of those that are known, of both APIs", async () => {
  await using server = await startTestServer();
  const client = await server.connect();
  const answer = await client.ask("thread/fly", {});
  const message = "error" in answer ? answer.error.message : "";
  expect(message).toMatch(/^Invalid request: unknown variant `thread\/fly`, expected one of `initialize`, /);
  for (const { method } of METHODS) expect(message).toContain(`\`${method}\``);
});

test("before it is introduced a client hears first what cannot be read, and then that it is not introduced", async () => {
  await using server = await startTestServer();
  const { ask } = server.open();
  expect(await ask("thread/fly", {})).toEqual(refused(/^Invalid request: unknown variant/));
  expect(await ask("thread/start")).toEqual(refused(/^Invalid request: missing field `params`$/));
  expect(await ask("newConversation")).toEqual(refused(/^Invalid request: missing field `params`$/));
  expect(await ask("thread/start", {})).toEqual(refused(/^Not initialized$/));
  expect(await ask("newConversation", {})).toEqual(refused(/^Not initialized$/));
  expect(await ask("initialize", { clientInfo: { name: 5 } })).toEqual(refused(/^Invalid request: /));
  const clientInfo = { name: "test", version: "1" };
  expect(await ask("initialize", { clientInfo })).toMatchObject({ result: { protocolVersion: "2.0" } });
  expect(await ask("initialize", { clientInfo })).toEqual(refused(/^Already initialized$/));
});
