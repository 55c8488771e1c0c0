import { createModelCatalogue, modelPresets, type ModelCatalogue, type ProviderConfig } from "@heddle/models";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { calm, testProvider } from "./client-fixture.ts";
import { listen } from "./server.ts";

interface ListServer extends AsyncDisposable {
  readonly baseUrl: string;
  /** Path, version and the `if-none-match` of each request. */
  readonly asked: unknown[];
}

/** Lists models under an etag, in the shapes of all. */
async function startListServer(body: object, { status = 200, etag = "v1" } = {}): Promise<ListServer> {
  const asked: unknown[] = [];
  const server = createServer(({ url, headers, method }, response) => {
    asked.push([method, url, headers["if-none-match"] ?? null]);
    if (headers["if-none-match"] === etag) response.writeHead(304).end();
    else response.writeHead(status, { etag }).end(JSON.stringify(body));
  });
  const listening = await listen(server);
  return { ...listening, baseUrl: `http://127.0.0.1:${listening.port}/v1`, asked };
}

interface Fixture {
  readonly catalogue: ModelCatalogue;
  cached(): unknown;
  wait(ms: number): void;
}

function fixture(provider: Partial<ProviderConfig>, cached: string | null = null): Fixture {
  let text = cached;
  let now = Date.parse("2026-11-22T10:00:00Z");
  const catalogue = createModelCatalogue({
    provider: testProvider(provider),
    credentials: { token: () => Promise.resolve(null) },
    env: {},
    userAgent: "codex_cli_rs/0.1.0",
    originator: "codex_cli_rs",
    version: "0.1.0",
    cache: {
      read: () => Promise.resolve(text),
      write: (next) => {
        text = next;
        return Promise.resolve();
      },
    },
    clock: () => new Date(now),
  });
  return {
    catalogue,
    cached: () => (text === null ? null : (JSON.parse(text) as unknown)),
    wait: (ms) => {
      now += ms;
    },
  };
}

const LIST = { models: [{ slug: "gpt-9", visibility: "list", priority: 1 }] };
const ids = ({ catalogue }: Fixture): string[] => catalogue.presets().map(({ id }) => id);

test("a list is read once in five minutes, then asked for by its etag", async () => {
  await using server = await startListServer(LIST);
  const here = fixture({ baseUrl: server.baseUrl });
  expect(ids(here)).toEqual(modelPresets().map(({ id }) => id));
  await here.catalogue.refresh(calm());
  here.wait(300_000);
  await here.catalogue.refresh(calm());
  here.wait(1);
  await here.catalogue.refresh(calm());
  await here.catalogue.refresh(calm());
  expect(server.asked).toEqual([
    ["GET", "/v1/models?client_version=0.1.0", null],
    ["GET", "/v1/models?client_version=0.1.0", "v1"],
  ]);
  expect([ids(here), here.catalogue.find("gpt-9")?.priority, here.cached()]).toEqual([
    ["gpt-9"],
    1,
    {
      fetched_at: "2026-11-22T10:05:00.001Z",
      etag: "v1",
      provider: "test",
      base_url: server.baseUrl,
      models: LIST.models,
    },
  ]);
});

test("another run reads the cache; that of another endpoint, or a broken one, does not count", async () => {
  await using server = await startListServer(LIST);
  const first = fixture({ baseUrl: server.baseUrl });
  await first.catalogue.refresh(calm());
  const text = JSON.stringify(first.cached());
  const second = fixture({ baseUrl: server.baseUrl }, text);
  await second.catalogue.refresh(calm());
  expect([ids(second), server.asked.length]).toEqual([["gpt-9"], 1]);
  for (const cached of [text, "{broken"]) {
    await fixture({ baseUrl: server.baseUrl, id: "other" }, cached).catalogue.refresh(calm());
  }
  expect(server.asked.length).toBe(3);
});

test("at OpenAI the program's own presets stay behind those of the list, and one is the default", async () => {
  await using server = await startListServer({ models: [...LIST.models, { slug: "gpt-5.1", visibility: "list" }] });
  const here = fixture({ id: "openai", baseUrl: server.baseUrl });
  await here.catalogue.refresh(calm());
  expect(
    here.catalogue
      .presets()
      .map(({ id, isDefault }) => [id, isDefault])
      .slice(0, 3),
  ).toEqual([
    ["gpt-9", true],
    ["gpt-5.1", false],
    ["gpt-5.1-codex-max", false],
  ]);
});

test("other providers are asked for their lists where they have them, without our version", async () => {
  await using server = await startListServer({ data: [{ id: "claude-x", display_name: "Claude X" }] });
  const here = fixture({ wireApi: "anthropic", baseUrl: server.baseUrl });
  await here.catalogue.refresh(calm());
  expect([ids(here), server.asked]).toEqual([["claude-x"], [["GET", "/v1/models", null]]]);
});

test("a failure is a typed one and leaves what was known", async () => {
  await using server = await startListServer(LIST);
  const here = fixture({ baseUrl: server.baseUrl });
  await here.catalogue.refresh(calm());
  here.wait(600_000);
  await server[Symbol.asyncDispose]();
  await expect(here.catalogue.refresh(calm())).rejects.toMatchObject({ failure: { kind: "network" } });
  expect(ids(here)).toEqual(["gpt-9"]);
  await using refusing = await startListServer({}, { status: 404 });
  const there = fixture({ baseUrl: refusing.baseUrl });
  await expect(there.catalogue.refresh(calm())).rejects.toMatchObject({ failure: { kind: "unexpectedStatus" } });
});
