import {
  exportJsonSchema,
  isJsonObject,
  legacyMethods,
  legacyNotifications,
  legacyServerMethods,
} from "@heddle/protocol";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const text = await readFile(join(import.meta.dirname, "..", "..", "..", "docs", "first-api.md"), "utf8");
const words = new Set([...text.matchAll(/`([\w/]+)`/g)].map(([, word = ""]) => word));

/** The types of the events that are declared. */
function eventTypes(): readonly string[] {
  const schema = exportJsonSchema()["v1/EventMsg.json"];
  return [
    ...JSON.stringify(isJsonObject(schema) ? schema["oneOf"] : []).matchAll(
      /"type":\{"type":"string","enum":\["(\w+)"\]/g,
    ),
  ].map(([, type = ""]) => type);
}

test("the page about the first API names every method and every event", () => {
  const declared = [legacyMethods, legacyServerMethods, legacyNotifications].flatMap((all) => Object.keys(all));
  expect(eventTypes().length).toBe(42);
  expect([...declared, ...eventTypes()].filter((name) => !words.has(name))).toEqual([]);
});

test("the page about the first API names no event that is not declared", () => {
  const known = new Set(eventTypes());
  const named = [...words].filter((word) => /^[a-z]+(?:_[a-z]+)+$/.test(word));
  expect(named.filter((word) => !known.has(word))).toEqual([]);
});
