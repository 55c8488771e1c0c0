import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { listByWalking, listWithRipgrep, type ListFiles } from "../src/index.ts";
import { startTestServer, type TestClient } from "./support/test-server.ts";

const { PATH = "" } = process.env;
/** Not everywhere there is a ripgrep. */
const RIPGREP = PATH.split(delimiter)
  .map((folder) => join(folder, "rg"))
  .filter((file) => existsSync(file));
const LISTINGS: readonly (readonly [string, ListFiles])[] = [
  ...RIPGREP.slice(0, 1).map((file) => ["with ripgrep", listWithRipgrep(file, process.env)] as const),
  ["without ripgrep", listByWalking(process.env)],
];

const FILES = ["src/main.ts", "src/domain.ts", "docs/readme.md", "node_modules/x/main.ts", ".hidden/main.ts"];

async function write(root: string, files: readonly string[], content = ""): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), content);
  }
}

async function search(client: TestClient, query: string, roots: readonly string[]): Promise<readonly unknown[]> {
  const answer = await client.ask("fuzzyFileSearch", { query, roots: [...roots] });
  if (!("result" in answer)) throw new Error(JSON.stringify(answer));
  return (answer.result as { files: unknown[] }).files;
}

const paths = (files: readonly unknown[]): readonly string[] => files.map((file) => (file as { path: string }).path);

test.each(LISTINGS)(
  "%s: files are found by a part of their path, hidden ones too, best first",
  async (_, listFiles) => {
    await using server = await startTestServer({ listFiles });
    const root = join(server.home, "ws");
    await write(root, FILES);
    const client = await server.connect();
    expect(await search(client, "main", [root])).toEqual([
      { root, path: ".hidden/main.ts", file_name: "main.ts", score: 109, indices: [8, 9, 10, 11] },
      { root, path: "node_modules/x/main.ts", file_name: "main.ts", score: 109, indices: [15, 16, 17, 18] },
      { root, path: "src/main.ts", file_name: "main.ts", score: 109, indices: [4, 5, 6, 7] },
      { root, path: "src/domain.ts", file_name: "domain.ts", score: 76, indices: [6, 7, 8, 9] },
    ]);
  },
);

test.each(LISTINGS)("%s: ignore rules apply inside repositories, and .git is left out", async (_, listFiles) => {
  await using server = await startTestServer({ listFiles });
  const plain = join(server.home, "plain");
  const repository = join(plain, "nested");
  await write(plain, ["out/index.js"]);
  await write(plain, [".gitignore"], "out\n");
  await write(repository, ["out/index.js", "lib/index.js", ".git-keep/index"]);
  await write(repository, [".gitignore"], "out\n");
  execFileSync("git", ["init", "--quiet", repository]);
  const client = await server.connect();
  expect(paths(await search(client, "index", [plain]))).toEqual([
    "nested/.git-keep/index",
    "nested/lib/index.js",
    "out/index.js",
  ]);
  expect(paths(await search(client, "index", [join(repository, "lib")]))).toEqual(["index.js"]);
  expect(paths(await search(client, "refs", [plain]))).toEqual([]);
});

test.each(LISTINGS)("%s: folders that are linked in circles end", async (_, listFiles) => {
  await using server = await startTestServer({ listFiles });
  const root = join(server.home, "ws");
  await write(root, ["deep/main.ts"]);
  await symlink(root, join(root, "deep", "loop"));
  const client = await server.connect();
  expect(paths(await search(client, "main", [root]))).toEqual(["deep/main.ts"]);
});

test("several roots give one list, relative ones are meant from the server's folder", async () => {
  await using server = await startTestServer();
  await write(server.home, ["one/xmain", "two/main"]);
  const client = await server.connect();
  expect(await search(client, "main", ["one", "two"])).toEqual([
    { root: "two", path: "main", file_name: "main", score: 114, indices: [0, 1, 2, 3] },
    { root: "one", path: "xmain", file_name: "xmain", score: 76, indices: [1, 2, 3, 4] },
  ]);
});

test("later clients are told what kind of thing was found", async () => {
  await using server = await startTestServer();
  await write(server.home, ["main"]);
  const client = await server.connect({});
  expect(await search(client, "main", [server.home])).toMatchObject([{ path: "main", match_type: "file" }]);
});

test("nothing is found without a query, without roots, and where no folder is", async () => {
  await using server = await startTestServer();
  await write(server.home, ["main"]);
  const client = await server.connect();
  const nothing = [
    await search(client, "", [server.home]),
    await search(client, "main", []),
    await search(client, "main", [join(server.home, "missing"), join(server.home, "main")]),
  ];
  expect(nothing).toEqual([[], [], []]);
  expect(await search(client, " ", [server.home])).toEqual([
    { root: server.home, path: "main", file_name: "main", score: 0, indices: [] },
  ]);
});
