import * as fc from "fast-check";
import { expect, test } from "vitest";
import ranked from "../../test/fixtures/ranked-files.json" with { type: "json" };
import { createPathIndexer, type PathBlock } from "./path-index.ts";
import { readQuery } from "./query.ts";
import { rankFiles, type RankedFile } from "./ranking.ts";
import { createScorer } from "./score.ts";

/** As a listing comes: in pieces that end anywhere. */
function blocksOf(paths: readonly string[]): readonly PathBlock[] {
  const bytes = Buffer.from(paths.map((path) => `${path}\0`).join(""));
  const blocks: PathBlock[] = [];
  const indexer = createPathIndexer((block) => blocks.push(block));
  for (let at = 0; at < bytes.length; at += 7) indexer.add(bytes.subarray(at, at + 7));
  indexer.finish();
  return blocks;
}

function rank(paths: readonly string[], query: string): Promise<readonly RankedFile[]> {
  return rankBlocks(blocksOf(paths), query);
}

function rankBlocks(blocks: readonly PathBlock[], query: string): Promise<readonly RankedFile[]> {
  return rankFiles(blocks, {
    atoms: readQuery(query),
    scorer: createScorer(),
    signal: new AbortController().signal,
    now: () => 0,
  });
}

test.each(ranked.cases)("scores, positions and order for `$query` are those that clients know", async (known) => {
  expect(await rank(ranked.paths, known.query)).toEqual(known.files);
});

test("a capital letter in a word makes its case count", async () => {
  expect((await rank(["src/readme", "src/README"], "read")).map(({ path }) => path)).toEqual([
    "src/README",
    "src/readme",
  ]);
  expect((await rank(["src/readme", "src/README"], "Read")).map(({ path }) => path)).toEqual([]);
  expect((await rank(["src/readme", "src/README"], "READ")).map(({ path }) => path)).toEqual(["src/README"]);
});

test("accents count when the query has some, and positions are those of characters", async () => {
  const paths = ["日本/résumé.md", "日本/resume.md"];
  expect(await rank(paths, "résu")).toEqual([
    { path: "日本/résumé.md", score: expect.any(Number), indices: [3, 4, 5, 6] },
  ]);
  expect((await rank(paths, "resu")).map(({ path }) => path)).toEqual(["日本/resume.md", "日本/résumé.md"]);
});

test("long listings are blocks of whole paths", () => {
  const paths = Array.from({ length: 20_000 }, (_, n) => `lib/${n}.ts`);
  const blocks = blocksOf(paths);
  expect(blocks.length).toBeGreaterThan(3);
  expect(blocks.map(({ bytes }) => Buffer.from(bytes).toString()).join("")).toBe(`${paths.join("\0")}\0`);
  expect(blocks.reduce((count, { masks }) => count + masks.length, 0)).toBe(paths.length);
});

test("at most 50 files, the best of all, come back", async () => {
  const paths = Array.from({ length: 300 }, (_, n) => `lib/${String(n).padStart(3, "0")}/xmain.ts`);
  const found = await rank([...paths, "lib/main.ts"], "main");
  expect(found.map(({ path }) => path)).toEqual(["lib/main.ts", ...paths.slice(0, 49)]);
});

const path = fc.string({ unit: fc.constantFrom("a", "b", "A", "B", "1", "_", "-", ".", "/", " ", "é"), maxLength: 12 });

test("the best are the same as when every path is ranked by itself", async () => {
  const query = fc.string({
    unit: fc.constantFrom("a", "b", "A", "1", "_", "/", " ", "é"),
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(path, { minLength: 60, maxLength: 90 }), query, async (paths, text) => {
      const alone = await Promise.all(paths.map((one) => rank([one], text)));
      const sorted = alone
        .flat()
        .sort(
          (one, other) => other.score - one.score || Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)),
        );
      expect(await rank(paths, text)).toEqual(sorted.slice(0, 50));
      const parted = [paths.slice(0, 20), [], paths.slice(20, 50), paths.slice(50)].flatMap(blocksOf);
      expect(await rankBlocks(parted, text)).toEqual(sorted.slice(0, 50));
    }),
    { numRuns: 200 },
  );
});

test("a search that is ended gives the best of what it has seen", async () => {
  const paths = Array.from({ length: 10_000 }, (_, n) => `a${String(9_999 - n).padStart(4, "0")}`);
  let time = 0;
  const found = await rankFiles(blocksOf(paths), {
    atoms: readQuery("a"),
    scorer: createScorer(),
    signal: AbortSignal.abort(),
    now: () => (time += 100),
  });
  expect(found.length).toBe(50);
  expect(found[0]?.path).toBe("a9488");
});
