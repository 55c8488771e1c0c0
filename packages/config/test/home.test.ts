import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ConfigError, readDotEnv, resolveHome } from "../src/index.ts";
import { failureOf, removeFolders, temporaryFolder } from "./support/folders.ts";

afterEach(removeFolders);

test("the home is what HEDDLE_HOME names, else CODEX_HOME, else .heddle in the user's home", async () => {
  const [ours, theirs] = [await temporaryFolder(), await temporaryFolder()];

  expect([
    resolveHome({ HEDDLE_HOME: ours, CODEX_HOME: theirs }, "/home/u"),
    resolveHome({ HEDDLE_HOME: "", CODEX_HOME: theirs }, "/home/u"),
    resolveHome({ CODEX_HOME: "" }, "/home/u"),
    resolveHome({}, "/home/u"),
  ]).toEqual([ours, theirs, "/home/u/.heddle", "/home/u/.heddle"]);
});

test("a named home is given without links", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "real"));
  await symlink(join(folder, "real"), join(folder, "link"));

  expect(resolveHome({ HEDDLE_HOME: join(folder, "link") }, "/home/u")).toBe(join(folder, "real"));
});

test("a named home has to exist", () => {
  const attempt = (): string => resolveHome({ CODEX_HOME: "/nonexistent/home" }, "/home/u");

  expect(attempt).toThrow(ConfigError);
  expect(attempt).toThrow(/^Error finding codex home: ENOENT.*; create the folder or unset CODEX_HOME$/);
});

test("what should be the home has to be a folder", async () => {
  const folder = await temporaryFolder({ ".heddle": "", file: "" });

  expect(() => resolveHome({}, folder)).toThrow(
    `${join(folder, ".heddle")} is no folder; move it away, or set HEDDLE_HOME`,
  );
  expect(() => resolveHome({ HEDDLE_HOME: join(folder, "file") }, folder)).toThrow(
    /file is no folder; create the folder/,
  );
});

test("the variables of .env are read, but for those that steer Heddle itself", async () => {
  const home = await temporaryFolder({
    ".env":
      "# keys\nexport A=1\nB=\"two words\" # said\nC='$A'\ncodex_home=/x\nHEDDLE_API_KEY=sk\nOPENAI_API_KEY=sk-1\n",
  });

  expect(readDotEnv(home)).toEqual({ A: "1", B: "two words", C: "$A", OPENAI_API_KEY: "sk-1" });
});

test("no .env is an empty one, an unreadable one is an error", async () => {
  const home = await temporaryFolder();

  expect(readDotEnv(home)).toEqual({});
  await mkdir(join(home, ".env"));
  expect(await failureOf(Promise.resolve().then(() => readDotEnv(home)))).toMatchObject({
    kind: "unreadable",
    file: join(home, ".env"),
  });
  await writeFile(join(home, "file"), "");
  expect(readDotEnv(join(home, "file"))).toEqual({});
});
