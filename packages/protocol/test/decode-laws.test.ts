import * as fc from "fast-check";
import type { TSchema } from "@sinclair/typebox";
import { describe, expect, test } from "vitest";
import {
  clientMethods,
  decode,
  decodeRequest,
  isJsonObject,
  serverMethods,
  serverNotifications,
  type JsonValue,
} from "../src/index.ts";
import { valuesOf } from "./schema-values.ts";

const schemas: [string, TSchema][] = [
  ...[...Object.values(clientMethods), ...Object.values(serverMethods)].flatMap(({ method, params, result }) => [
    ...(params === null ? [] : [[`params of ${method}`, params] as [string, TSchema]]),
    [`result of ${method}`, result] as [string, TSchema],
  ]),
  ...Object.values(serverNotifications).map(({ method, params }): [string, TSchema] => [`params of ${method}`, params]),
];

describe("what a schema describes is decoded; nothing is lost, and decoding again changes nothing", () => {
  test.each(schemas)("%s", (_name, schema) => {
    fc.assert(
      fc.property(valuesOf(schema), (value) => {
        const decoded = decode(schema, value);
        expect(decoded).toEqual({ ok: true, value: expect.anything() });
        if (!decoded.ok) return;
        expect(isPartOf(value, decoded.value)).toBe(true);
        const again = decode(schema, JSON.parse(JSON.stringify(decoded.value)));
        expect(again).toEqual(decoded);
      }),
      { numRuns: 25 },
    );
  });
});

/** Whether everything that `part` says is in `whole`, which may have more members; `null` may have become absent. */
function isPartOf(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part)) {
    return Array.isArray(whole) && part.length === whole.length && part.every((each, at) => isPartOf(each, whole[at]));
  }
  if (!isJsonObject(part)) return Object.is(part, whole) || (part === null && whole === undefined);
  return isJsonObject(whole) && Object.keys(part).every((name) => isPartOf(part[name], whole[name]));
}

test("a value that is wrong in one place is refused with a reason, or was not wrong; nothing throws", () => {
  const methods = Object.values(clientMethods);
  const request = fc
    .constantFrom(...methods)
    .chain(({ method, params }) =>
      fc.record({ method: fc.constant(method), params: params === null ? fc.constant(null) : valuesOf(params) }),
    );
  const junk = fc.jsonValue({ maxDepth: 1 }).map((value): unknown => JSON.parse(JSON.stringify(value)));
  fc.assert(
    fc.property(request, fc.infiniteStream(fc.nat()), junk, ({ method, params }, choices, wrong) => {
      const spoiled = spoil(params, wrong, () => choices.next().value);
      const decoded = decodeRequest(clientMethods, { method, params: spoiled });
      expect(decoded.ok ? "" : decoded.reason).toMatch(/^$|^missing field |^unknown variant |^invalid |^data did not /);
    }),
  );
});

/** The value with one place in it, chosen at random, replaced. */
function spoil(value: JsonValue, wrong: unknown, choose: () => number): unknown {
  if (typeof value !== "object" || value === null || choose() % 4 === 0) return wrong;
  const names = Object.keys(value);
  const name = names[choose() % Math.max(1, names.length)];
  if (name === undefined) return wrong;
  const members: [string, unknown][] = Object.entries(value).map(([key, member]) => [
    key,
    key === name ? spoil(member ?? null, wrong, choose) : member,
  ]);
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}
