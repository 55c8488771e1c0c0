import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const LARGE = {
  id: "large",
  model: "large",
  displayName: "Large",
  description: "does much",
  supportedReasoningEfforts: [
    { reasoningEffort: "low", description: "thinks little" },
    { reasoningEffort: "high", description: "thinks much" },
  ],
  defaultReasoningEffort: "low",
  isDefault: true,
};
const SMALL = {
  id: "small",
  model: "small",
  displayName: "Small",
  description: "does little",
  supportedReasoningEfforts: [{ reasoningEffort: "medium", description: "thinks" }],
  defaultReasoningEffort: "medium",
  isDefault: false,
};

test("model/list gives all models when no limit is said", async () => {
  const client = await server.connect();
  expect(await client.ask("model/list", {})).toEqual({ id: 1, result: { data: [LARGE, SMALL], nextCursor: null } });
});

test("model/list goes page by page; a limit of 0 counts as 1, and the end is an empty page", async () => {
  const client = await server.connect();
  expect(await client.ask("model/list", { limit: 0 })).toEqual({ id: 1, result: { data: [LARGE], nextCursor: "1" } });
  expect(await client.ask("model/list", { limit: 5, cursor: "1" })).toEqual({
    id: 2,
    result: { data: [SMALL], nextCursor: null },
  });
  expect(await client.ask("model/list", { cursor: "2" })).toEqual({ id: 3, result: { data: [], nextCursor: null } });
});

test.each([
  ["x", "invalid cursor: x"],
  ["-1", "invalid cursor: -1"],
  ["1.5", "invalid cursor: 1.5"],
  ["", "invalid cursor: "],
  ["999", "cursor 999 exceeds total models 2"],
])("model/list refuses the cursor `%s`", async (cursor, message) => {
  const client = await server.connect();
  expect(await client.ask("model/list", { cursor })).toEqual({ id: 1, error: { code: -32600, message } });
});

test("model/list needs params, if only an empty object", async () => {
  const client = await server.connect();
  expect(await client.ask("model/list")).toEqual({
    id: 1,
    error: { code: -32600, message: "Invalid request: missing field `params`" },
  });
});

test("getUserAgent gives what initialize answered", async () => {
  const client = await server.connect();
  expect(await client.ask("getUserAgent")).toEqual({ id: 1, result: { userAgent: "heddle/0 (test; 1)" } });
});

test("model/list tells newer clients more, and with includeHidden of models that are only known", async () => {
  const client = await server.connect({ experimentalApi: false });
  const { result } = (await client.ask("model/list", { includeHidden: true, cursor: "1" })) as { result: unknown };
  const newer = { supportsPersonality: false, inputModalities: ["text"], upgrade: "large" };
  expect(result).toEqual({
    data: [
      { ...SMALL, ...newer, hidden: false },
      {
        id: "old",
        model: "old",
        displayName: "Old",
        description: "did much",
        supportedReasoningEfforts: [],
        defaultReasoningEffort: "medium",
        isDefault: false,
        ...newer,
        hidden: true,
      },
    ],
    nextCursor: null,
  });
});

test("modelProvider/list tells how each provider lets requests in, and no key", async () => {
  const client = await server.connect();
  expect(await client.ask("modelProvider/list", {})).toEqual({
    id: 1,
    result: {
      data: [
        { id: "openai", name: "OpenAI", baseUrl: null, canEdit: false, settings: { type: "openai" } },
        {
          id: "keyed",
          name: "Keyed",
          baseUrl: "https://keyed.example",
          canEdit: false,
          settings: { type: "customGateway", auth: { mode: "environmentVariable", envKey: "KEY" } },
        },
        {
          id: "own",
          name: "Own",
          baseUrl: "http://127.0.0.1:9",
          canEdit: true,
          settings: { type: "customGateway", auth: { mode: "externallyConfigured" } },
        },
        {
          id: "local",
          name: "Local",
          baseUrl: "http://localhost:1",
          canEdit: true,
          settings: { type: "customGateway", auth: { mode: "none" } },
        },
      ],
      defaultProviderId: "openai",
      canChangeDefault: true,
    },
  });
});
