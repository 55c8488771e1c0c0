import { expect, test } from "vitest";
import { positionPage } from "./position-page.ts";

const LIST = ["a", "b", "c", "d", "e"];

test("pages follow each other in both directions", () => {
  const first = positionPage(LIST, { cursor: null, limit: 2, direction: "desc" });
  expect(first).toEqual({ data: ["e", "d"], nextCursor: "3", backwardsCursor: "4" });
  expect(positionPage(LIST, { cursor: "3", limit: 3, direction: "desc" })).toEqual({
    data: ["c", "b", "a"],
    nextCursor: null,
    backwardsCursor: "2",
  });
  expect(positionPage(LIST, { cursor: undefined, limit: 4, direction: "asc" })).toEqual({
    data: ["a", "b", "c", "d"],
    nextCursor: "4",
    backwardsCursor: "1",
  });
});

test("a page goes on where it was although newer entries have come meanwhile", () => {
  const { nextCursor: cursor } = positionPage(LIST, { cursor: null, limit: 2, direction: "desc" });
  const { data } = positionPage([...LIST, "f", "g"], { cursor, limit: 2, direction: "desc" });
  expect(data).toEqual(["c", "b"]);
});

test("the cursor backwards begins with the first entry of its page, and has what came since", () => {
  const { backwardsCursor: cursor } = positionPage(LIST, { cursor: null, limit: 2, direction: "desc" });
  const { data } = positionPage([...LIST, "f", "g"], { cursor, limit: null, direction: "asc" });
  expect(data).toEqual(["e", "f", "g"]);
});

test("an empty list, a limit of 0 and a cursor behind the end are pages, too", () => {
  const empty = { data: [], nextCursor: null, backwardsCursor: null };
  expect(positionPage([], { cursor: null, limit: null, direction: null })).toEqual(empty);
  expect(positionPage(LIST, { cursor: "9", limit: null, direction: "asc" })).toEqual(empty);
  expect(positionPage(LIST, { cursor: null, limit: 0, direction: null }).data).toEqual(["e"]);
});

test("what is no cursor is refused", () => {
  for (const cursor of ["", "x", "-1", "1.5"]) {
    expect(() => positionPage(LIST, { cursor, limit: 1, direction: "asc" })).toThrow(`invalid cursor: ${cursor}`);
  }
});
