import { expect, test } from "vitest";
import { readOverrides, readRequestOverrides } from "./override.ts";

test.each<[string, unknown]>([
  ["model=o3", { model: "o3" }],
  ['model="o3"', { model: "o3" }],
  ["model='o3'", { model: "o3" }],
  [" model = o3 ", { model: "o3" }],
  ["model=", { model: "" }],
  ["model=gpt-5.1 codex", { model: "gpt-5.1 codex" }],
  ["model=a=b", { model: "a=b" }],
  ["k=true", { k: true }],
  ["k=True", { k: "True" }],
  ["k=true # off", { k: true }],
  ["k=trueish", { k: "trueish" }],
  ["k=007", { k: "007" }],
  ["k=1_000", { k: 1000 }],
  ["k=-5", { k: -5 }],
  ["k=1.5", { k: 1.5 }],
  ["k=2025-12-10", { k: "2025-12-10" }],
  ["k=inf", { k: Number.POSITIVE_INFINITY }],
  ['k="a\\tb"', { k: "a\tb" }],
  ["k=\"it's", { k: "it's" }],
  ['k=["a", 1]', { k: ["a", 1] }],
  ["k={ a = 1, b.c = true }", { k: { a: 1, b: { c: true } } }],
  ["k=1\nevil=2", { k: "1\nevil=2" }],
  ["a.b.c=1", { a: { b: { c: 1 } } }],
  ['projects."/a.b".trust_level=trusted', { projects: { "/a.b": { trust_level: "trusted" } } }],
  ["__proto__.x=1", JSON.parse('{"__proto__":{"x":1}}')],
])("-c %s", async (pair, table) => {
  expect(JSON.stringify(await readOverrides([pair]))).toBe(JSON.stringify(table));
});

test("later pairs win, and tables take the place of values", async () => {
  expect(await readOverrides(["a=1", "a.b=2", "a.c=3", "d=4", "d=5"])).toEqual({ a: { b: 2, c: 3 }, d: 5 });
});

test.each([
  ["model", "Invalid override (missing '='): model"],
  [" =x", "Empty key in override:  =x"],
  ['a."b=1', 'Invalid key in override: misplaced or unterminated quote in key `a."b`'],
  ["a..b=1", "Invalid key in override: empty segment in key `a..b`"],
])("-c %s is refused", async (pair, reason) => {
  await expect(readOverrides([pair])).rejects.toMatchObject({ failure: { kind: "override", reason } });
});

test("a request's keys are dotted, and its values have their types", () => {
  expect(
    readRequestOverrides({
      model_reasoning_effort: "low",
      "sandbox_workspace_write.network_access": true,
      sandbox_workspace_write: { writable_roots: ["/a"], absent: null },
      'projects."/x.y"': { trust_level: "trusted" },
      model: null,
    }),
  ).toEqual({
    model_reasoning_effort: "low",
    sandbox_workspace_write: { writable_roots: ["/a"] },
    projects: { "/x.y": { trust_level: "trusted" } },
  });
});
