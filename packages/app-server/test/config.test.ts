import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startTestServer } from "./support/test-server.ts";

/** Versions of layers: what they hold decides, not how it is written. */
const VERSION_OF_NOTHING = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

const set = (keyPath: string, value: unknown) => ({ keyPath, value: value as string, mergeStrategy: "replace" });
const refused = (code: string, message: string | RegExp) => ({
  code: -32600,
  message: typeof message === "string" ? message : expect.stringMatching(message),
  data: { config_write_error_code: code },
});

test("config/read gives what the files say, in their spelling, and where each leaf is from", async () => {
  await using server = await startTestServer({
    homeFiles: {
      "config.toml": 'model = "file"\nunknown = 1\n[sandbox_workspace_write]\nwritable_roots = ["/a", "/b"]\n',
    },
    overrides: ['model="flag"'],
  });
  const client = await server.connect();
  const user = { name: "user", source: join(server.home, "config.toml"), version: expect.any(String) };
  const flags = { name: "sessionFlags", source: "--config", version: expect.any(String) };
  const result = {
    config: { model: "flag", unknown: 1, sandbox_workspace_write: { writable_roots: ["/a", "/b"] } },
    origins: {
      model: flags,
      unknown: user,
      "sandbox_workspace_write.writable_roots.0": user,
      "sandbox_workspace_write.writable_roots.1": user,
    },
  };

  expect(await client.ask("config/read", {})).toEqual({ id: 1, result });
  expect(await client.ask("config/read", { includeLayers: true })).toEqual({
    id: 2,
    result: {
      ...result,
      layers: [
        { ...flags, config: { model: "flag" } },
        {
          ...user,
          config: { model: "file", unknown: 1, sandbox_workspace_write: { writable_roots: ["/a", "/b"] } },
        },
      ],
    },
  });
});

test("config/read without a file has two empty layers of the same version", async () => {
  await using server = await startTestServer();
  const client = await server.connect();
  expect(await client.ask("config/read", { includeLayers: true })).toEqual({
    id: 1,
    result: {
      config: {},
      origins: {},
      layers: [
        { name: "sessionFlags", source: "--config", version: VERSION_OF_NOTHING, config: {} },
        { name: "user", source: join(server.home, "config.toml"), version: VERSION_OF_NOTHING, config: {} },
      ],
    },
  });
});

test.each([
  ["is not TOML", "model = \n", /^failed to read configuration layers: /],
  ["has a value that its key does not take", 'approval_policy = "x"\n', /^invalid configuration: .*approval_policy/s],
])("config/read of a file that %s is a failure of the server", async (_, toml, message) => {
  await using server = await startTestServer({ homeFiles: { "config.toml": toml } });
  const client = await server.connect();
  expect(await client.ask("config/read", {})).toEqual({
    id: 1,
    error: { code: -32603, message: expect.stringMatching(message) },
  });
});

test("config/value/write sets, merges and removes, and keeps comments", async () => {
  await using server = await startTestServer({
    homeFiles: { "config.toml": 'model = "a"   # mine\n\n[tools]\nweb_search = true\n' },
  });
  const client = await server.connect();
  const file = join(server.home, "config.toml");
  const answer = (id: number) => ({
    id,
    result: { status: "ok", version: expect.stringMatching(/^sha256:/), filePath: file, overriddenMetadata: null },
  });

  expect(await client.ask("config/value/write", set("model", "b"))).toEqual(answer(1));
  const upsert = { keyPath: "tools", value: { view_image: false }, mergeStrategy: "upsert" };
  expect(await client.ask("config/value/write", upsert)).toEqual(answer(2));
  expect(await client.ask("config/value/write", set('projects."/srv/x.y".trust_level', "trusted"))).toEqual(answer(3));
  expect(await client.ask("config/value/write", set("tools.web_search", null))).toEqual(answer(4));

  expect(await readFile(file, "utf8")).toBe(
    'model = "b"   # mine\n\n[tools]\nview_image = false\n\n[projects."/srv/x.y"]\ntrust_level = "trusted"\n',
  );
});

test("config/batchWrite writes everything or nothing", async () => {
  await using server = await startTestServer({ homeFiles: { "config.toml": 'model = "a"\n' } });
  const client = await server.connect();
  const edits = [set("model", "b"), set("approval_policy", "bogus")];
  expect(await client.ask("config/batchWrite", { edits })).toEqual({
    id: 1,
    error: refused("configValidationError", /^Invalid configuration: unknown variant `bogus`/),
  });
  expect(await readFile(join(server.home, "config.toml"), "utf8")).toBe('model = "a"\n');
});

test("a batch without edits is fine and makes no file", async () => {
  await using server = await startTestServer();
  const client = await server.connect();
  const file = join(server.home, "config.toml");
  expect(await client.ask("config/batchWrite", { edits: [] })).toEqual({
    id: 1,
    result: { status: "ok", version: VERSION_OF_NOTHING, filePath: file, overriddenMetadata: null },
  });
  await expect(stat(file)).rejects.toThrow("ENOENT");
});

test("a write that a flag hides says so, with the value that holds", async () => {
  await using server = await startTestServer({ overrides: ['model="flag"'] });
  const client = await server.connect();
  expect(await client.ask("config/value/write", set("model", "b"))).toEqual({
    id: 1,
    result: {
      status: "okOverridden",
      version: expect.any(String),
      filePath: join(server.home, "config.toml"),
      overriddenMetadata: {
        message: "Overridden by session flags",
        overridingLayer: { name: "sessionFlags", source: "--config", version: expect.any(String) },
        effectiveValue: "flag",
      },
    },
  });
});

test("a write against another version than the file's is refused", async () => {
  await using server = await startTestServer({ homeFiles: { "config.toml": 'model = "a"\n' } });
  const client = await server.connect();
  const write = { ...set("model", "b"), expectedVersion: VERSION_OF_NOTHING };
  const message = "Configuration was modified since last read. Fetch latest version and retry.";
  expect(await client.ask("config/value/write", write)).toEqual({
    id: 1,
    error: refused("configVersionConflict", message),
  });
});

test.each([
  [
    "another file",
    { ...set("model", "b"), filePath: "/etc/passwd" },
    "configLayerReadonly",
    /^Only writes to the user/,
  ],
  ["an empty path", set("", "b"), "configValidationError", /^keyPath must not be empty$/],
  ["an empty segment", set("a..b", "b"), "configValidationError", /empty segment/],
  ["a nested null", set("a", { b: null }), "configValidationError", /^invalid value: /],
  ["a key below a value", set("model.b", 1), "configValidationError", /not a table/],
  ["removing below nothing", set("a.b.c", null), "configPathNotFound", /^Path not found$/],
])("a write to %s is refused with its code", async (_, write, code, message) => {
  await using server = await startTestServer({ homeFiles: { "config.toml": 'model = "a"\n' } });
  const client = await server.connect();
  expect(await client.ask("config/value/write", write)).toEqual({ id: 1, error: refused(code, message) });
});

test("an unknown merge strategy is a bad request", async () => {
  await using server = await startTestServer();
  const client = await server.connect();
  expect(await client.ask("config/value/write", { ...set("a", 1), mergeStrategy: "x" })).toEqual({
    id: 1,
    error: {
      code: -32600,
      message: "Invalid request: unknown variant `x`, expected `replace` or `upsert`",
    },
  });
});

test("a file that cannot be replaced is a failure of the server", async () => {
  await using server = await startTestServer();
  await mkdir(join(server.home, "config.toml.lock"));
  await writeFile(join(server.home, "config.toml"), 'model = "a"\n');
  const client = await server.connect();
  expect(await client.ask("config/value/write", set("model", "b"))).toEqual({
    id: 1,
    error: { code: -32603, message: expect.stringMatching(/^failed to persist config\.toml: /) },
  });
});
