import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./support/test-server.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const READ_ONLY = { homeFiles: { "config.toml": 'sandbox_mode = "read-only"\n', "a.txt": "hello" } };

/** A server that may write in `work` only, and asks for one thing after the other. */
async function workspace(): Promise<{
  server: TestServer;
  work: string;
  ask: (method: string, params: Record<string, unknown>) => Promise<unknown>;
}> {
  const server = await startTestServer({ homeFiles: { "outside.txt": "out", "auth.json": "{}" } });
  const work = join(server.home, "work");
  await mkdir(work);
  const settings = { writable_roots: [work], exclude_slash_tmp: true, exclude_tmpdir_env_var: true };
  const toml = Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  await writeFile(
    join(server.home, "config.toml"),
    ['sandbox_mode = "workspace-write"', "[sandbox_workspace_write]", ...toml, ""].join("\n"),
  );
  const client = await server.connect();
  const ask = async (method: string, params: Record<string, unknown>): Promise<unknown> => {
    const answer = await client.ask(method, JSON.parse(JSON.stringify(params)));
    if ("result" in answer) return answer.result;
    return "error" in answer ? `${answer.error.code} ${answer.error.message}` : null;
  };
  return { server, work, ask };
}

test("a client writes, reads, lists, copies and removes files where commands may write", async () => {
  const { server, work, ask } = await workspace();
  await using _ = server;
  const path = join(work, "deep", "file.txt");
  expect(await ask("fs/createDirectory", { path: join(work, "deep") })).toEqual({});
  expect(await ask("fs/writeFile", { path, dataBase64: base64("one") })).toEqual({});
  expect(await ask("fs/writeFile", { path, dataBase64: base64("two") })).toEqual({});
  expect(await ask("fs/readFile", { path })).toEqual({ dataBase64: base64("two") });
  expect(await ask("fs/getMetadata", { path })).toEqual({
    isDirectory: false,
    isFile: true,
    isSymlink: false,
    createdAtMs: expect.any(Number),
    modifiedAtMs: expect.any(Number),
  });
  await symlink("file.txt", join(work, "deep", "link"));
  const copy = join(work, "copy");
  expect(await ask("fs/copy", { sourcePath: join(work, "deep"), destinationPath: copy })).toMatch("recursive");
  expect(await ask("fs/copy", { sourcePath: join(work, "deep"), destinationPath: copy, recursive: true })).toEqual({});
  expect(await ask("fs/readDirectory", { path: copy })).toEqual({
    entries: [
      { fileName: "file.txt", isDirectory: false, isFile: true },
      { fileName: "link", isDirectory: false, isFile: true },
    ],
  });
  expect(await ask("fs/remove", { path: copy, recursive: false })).toMatch("-32600");
  expect(await ask("fs/remove", { path: copy })).toEqual({});
  expect(await ask("fs/remove", { path: copy })).toEqual({});
  expect(await ask("fs/remove", { path: copy, force: false })).toBe(
    `-32600 ${copy}: ENOENT: no such file or directory`,
  );
  expect(await ask("fs/readDirectory", { path: work })).toEqual({
    entries: [{ fileName: "deep", isDirectory: true, isFile: false }],
  });
});

describe("what a sandboxed command may not", () => {
  test("write, a client may not either, by whatever way it leads there", async () => {
    const { server, work, ask } = await workspace();
    await using _ = server;
    await symlink("/etc", join(work, "etc"));
    await symlink(join(work, "..", "config.toml"), join(work, "config"));
    await mkdir(join(work, ".git"));
    const denied = "-32600 .*outside of what may be accessed";
    const dataBase64 = base64("x");
    expect(await ask("fs/writeFile", { path: join(work, "etc", "new"), dataBase64 })).toMatch(new RegExp(denied));
    expect(await ask("fs/writeFile", { path: join(work, ".git", "config"), dataBase64 })).toMatch(new RegExp(denied));
    expect(await ask("fs/createDirectory", { path: "/heddle-made" })).toMatch(new RegExp(denied));
    expect(await ask("fs/remove", { path: join(work, "etc", "passwd") })).toMatch(new RegExp(denied));
    const copied = { sourcePath: join(work, "config"), destinationPath: "/heddle-copied" };
    expect(await ask("fs/copy", copied)).toMatch(new RegExp(denied));
    // A folder goes with everything in it, but a link in it goes alone.
    expect(await ask("fs/remove", { path: join(work, "etc") })).toEqual({});
    expect(await readFile("/etc/passwd", "utf8")).not.toBe("");
  });

  test("read, a client may not either", async () => {
    const { server, work, ask } = await workspace();
    await using _ = server;
    const auth = join(server.home, "auth.json");
    await symlink(auth, join(work, "link"));
    for (const path of [auth, join(work, "link"), "/proc/self/environ"]) {
      expect(await ask("fs/readFile", { path })).toMatch(/-32600 .*outside of what may be accessed/);
    }
    const listed = JSON.stringify(await ask("fs/readDirectory", { path: server.home }));
    expect(listed).toContain("outside.txt");
    expect(listed).not.toContain("auth.json");
    const copied = { sourcePath: auth, destinationPath: join(work, "copy") };
    expect(await ask("fs/copy", copied)).toMatch(/outside of what may be accessed/);
  });

  test("a read-only policy writes nothing", async () => {
    await using server = await startTestServer(READ_ONLY);
    const client = await server.connect();
    const path = join(server.home, "a.txt");
    expect(await client.ask("fs/readFile", { path })).toMatchObject({ result: { dataBase64: base64("hello") } });
    for (const [method, params] of [
      ["fs/writeFile", { path, dataBase64: "" }],
      ["fs/remove", { path }],
      ["fs/createDirectory", { path: `${path}.d` }],
      ["fs/copy", { sourcePath: path, destinationPath: `${path}.copy` }],
    ] as const) {
      expect(await client.ask(method, params)).toMatchObject({ error: { code: -32600 } });
    }
    expect(await readFile(path, "utf8")).toBe("hello");
  });
});

test("a path has to be absolute, and content base64", async () => {
  const { server, work, ask } = await workspace();
  await using _ = server;
  for (const path of ["a.txt", "", "../x", "/a\0b"]) expect(await ask("fs/readFile", { path })).toMatch("not absolute");
  expect(await ask("fs/writeFile", { path: join(work, "x"), dataBase64: "not base64!" })).toMatch("is not base64");
});

describe("fs/watch", () => {
  test("tells the connection that watches what has changed, until it stops", async () => {
    const { server, work, ask } = await workspace();
    await using _ = server;
    const client = await server.connect();
    expect(await client.ask("fs/watch", { path: work, watchId: "w" })).toEqual({ id: 1, result: { path: work } });
    await writeFile(join(work, "new.txt"), "x");
    const [, changed] = await client.hear(2);
    expect(changed).toEqual({
      method: "fs/changed",
      params: { watchId: "w", changedPaths: [join(work, "new.txt")] },
    });
    expect(await client.ask("fs/watch", { path: work, watchId: "w" })).toMatchObject({ error: { code: -32600 } });
    await client.ask("fs/unwatch", { watchId: "w" });
    await rm(join(work, "new.txt"));
    expect(await ask("fs/watch", { path: join(work, "nowhere"), watchId: "x" })).toMatch("ENOENT");
  });
});
