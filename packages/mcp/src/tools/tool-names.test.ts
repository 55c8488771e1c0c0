import fc from "fast-check";
import { expect, test } from "vitest";
import { nameTools } from "./tool-names.ts";

const names = (tools: readonly { server: string; tool: string }[]): Record<string, string> =>
  Object.fromEntries(nameTools(tools).tools.map(({ name, tool }) => [name, `${tool.server}/${tool.tool}`]));

test("a tool is called by the names of its server and its own", () => {
  expect(names([{ server: "tiny", tool: "echo" }])).toEqual({ mcp__tiny__echo: "tiny/echo" });
});

test("a name beyond 64 characters ends in the SHA-1 of the whole name", () => {
  const tool = `a_very_long_tool_name_that_goes_on_and_on_for_more_than_sixty_four`;
  const { tools } = nameTools([{ server: "tiny", tool }]);
  const [entry] = tools;
  expect(entry?.name).toHaveLength(64);
  expect(entry?.name).toMatch(/^mcp__tiny__a_very_long_t[0-9a-f]{40}$/);
});

test("characters that providers refuse become underscores", () => {
  expect(names([{ server: "my-srv", tool: "dotted.name/ä" }])).toEqual({
    "mcp__my-srv__dotted_name__": "my-srv/dotted.name/ä",
  });
});

test("the tool that needs no replacement keeps the name; the other one gets a hash", () => {
  const given = names([
    { server: "s", tool: "a.b" },
    { server: "s", tool: "a_b" },
  ]);
  expect(given["mcp__s__a_b"]).toBe("s/a_b");
  expect(Object.entries(given).filter(([, tool]) => tool === "s/a.b")).toEqual([
    [expect.stringMatching(/^mcp__s__a_b[0-9a-f]{40}$/), "s/a.b"],
  ]);
});

test("the second tool of the same name is dropped", () => {
  const twice = [
    { server: "s", tool: "a" },
    { server: "s", tool: "a" },
    { server: "s", tool: "a" },
  ];
  expect(nameTools(twice).dropped).toHaveLength(1);
});

test("every name is one that providers take, no two are alike, and their order does not depend on the servers'", () => {
  const address = fc.record({ server: fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/), tool: fc.string({ maxLength: 70 }) });
  fc.assert(
    fc.property(fc.uniqueArray(address, { selector: ({ server, tool }) => `${server}\0${tool}` }), (tools) => {
      const { tools: named, dropped } = nameTools(tools);
      const given = named.map(({ name }) => name);
      expect(new Set(given).size).toBe(given.length);
      expect(given.every((name) => /^[a-zA-Z0-9_-]{1,64}$/.test(name))).toBe(true);
      expect(given).toEqual([...given].sort());
      expect(named.length + dropped.length).toBe(tools.length);
    }),
  );
});
