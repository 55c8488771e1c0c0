import { expect, test } from "vitest";
import { withCommandPath } from "./command-path.ts";

test("the folder comes first, once", () => {
  const env = { PATH: "/usr/bin:/bin", HOME: "/home/u" };
  const extended = { PATH: "/h/bin:/usr/bin:/bin", HOME: "/home/u" };
  expect(withCommandPath(env, "/h/bin")).toEqual(extended);
  expect(withCommandPath(extended, "/h/bin")).toBe(extended);
});

test.each([{}, { PATH: "" }, { PATH: undefined }])(
  "without a PATH programs are searched where the system does: %j",
  (env) => {
    expect(withCommandPath(env, "/h/bin")).toBe(env);
  },
);

test("without a folder nothing changes", () => {
  const env = { PATH: "/bin" };
  expect(withCommandPath(env, null)).toBe(env);
});
