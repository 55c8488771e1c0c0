// What `fuzzyFileSearch` costs in a large folder: the first search of a server, and the next ones.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { startAppServer } from "../rig/app-server.mjs";

const FILES = 100_000;
const FILES_PER_FOLDER = 100;
const WORDS = ["server", "client", "thread", "turn", "event", "policy", "sandbox", "screen", "model", "index"];
/** As a person types: each is a search of its own. */
const QUERIES = ["m", "mo", "mod", "modpol", "src", "turnevent", "server9", "zzz"];

/** A fresh server each time, for the first search; then the median over the queries on a warm one. */
export async function measureFileSearch(target, { runs, dir }) {
  const root = join(dir, "files");
  await makeFiles(root);
  try {
    const first = [];
    const warm = [];
    for (let run = 0; run < Math.min(runs, 5); run += 1) {
      const server = startAppServer(target.appServer, target);
      try {
        await server.initialize();
        await server.request("config/read", {}); // the engine is loaded
        first.push(await search(server, QUERIES[3], root));
        for (const query of QUERIES) await search(server, query, root);
        for (const query of QUERIES) warm.push(await search(server, query, root));
      } finally {
        await server.close();
      }
    }
    return { searchFirst: median(first), searchWarm: median(warm) };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function search(server, query, root) {
  const startedAt = performance.now();
  await server.request("fuzzyFileSearch", { query, roots: [root] });
  return performance.now() - startedAt;
}

async function makeFiles(root) {
  for (let folder = 0; folder < FILES / FILES_PER_FOLDER; folder += 1) {
    const path = join(root, word(folder), `${word(folder * 7)}${folder}`, "src");
    await mkdir(path, { recursive: true });
    const names = Array.from(
      { length: FILES_PER_FOLDER },
      (_, file) => `${word(folder + file)}-${word(file * 3)}${file}.ts`,
    );
    await Promise.all(names.map((name) => writeFile(join(path, name), "")));
  }
}

function word(number) {
  return WORDS[number % WORDS.length];
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
