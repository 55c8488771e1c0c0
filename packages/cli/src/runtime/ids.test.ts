import { expect, test } from "vitest";
import { createTimeOrderedIds } from "./ids.ts";

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("a time-ordered id is a UUIDv7 that begins with the milliseconds of its making", () => {
  const newId = createTimeOrderedIds(() => 0x019a_bcde_f012);
  const id = newId();
  expect(id).toMatch(SHAPE);
  expect(id.slice(0, 13)).toBe("019abcde-f012");
});

test("ids are sorted by their making, within a millisecond, over it and when the clock is set back", () => {
  let ms = 1_800_000_000_000;
  const newId = createTimeOrderedIds(() => ms);
  const ids = Array.from({ length: 20_000 }, (_, at) => {
    if (at % 7_000 === 6_999) ms += 1;
    if (at === 15_000) ms -= 60_000;
    return newId();
  });
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => SHAPE.test(id))).toBe(true);
});
