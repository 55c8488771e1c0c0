// Loads the chunks of the bundle, with the machine code cache that the build made for them.
"use strict";

const { readFileSync, writeFileSync, mkdirSync, renameSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");
const { Script } = require("node:vm");

/** Code caches belong to one build of V8 and one processor; those of another are never even read. */
const CACHE_KEY = `${process.versions.v8}-${process.arch}`;

/** Modules of Node that take a millisecond to load, and that the main job imports long before it needs them. */
const WHEN_TOUCHED = new Set(["node:child_process", "node:crypto", "node:worker_threads"]);

/**
 * A loader for the CommonJS chunks in `dist`. A file there holds one chunk, or a pack of them that are wanted together:
 * `{ chunks, fileOf, later }`, the functions around their code by name, and in the first file the packs that others are
 * in, and which of these wait until something in them is touched. See scripts/build/packs.mjs.
 *
 * `require(name)` gives a chunk's exports; `onLoad` is told of each file, and of each module of Node, when it is first
 * needed. Node 22 and later cache compiled code on their own; the folder is given so that it is not the shared one in
 * the temporary directory, where a sandboxed command could plant code that would then run without a sandbox. Node 20
 * caches nothing: there `vm.Script` takes what `writeCache()` stored at build time.
 */
exports.createLoader = function createLoader(dist, onLoad = () => {}) {
  const files = enableCompileCache === undefined ? cachedFiles(dist) : nodeFiles(dist);
  const modules = new Map();
  const bodies = new Map();
  const fileOf = new Map();
  /** Packs in which nothing has been touched yet. */
  const untouched = new Set();

  const open = (name) => {
    onLoad(name);
    untouched.delete(name);
    const { chunks, fileOf: others = {}, later = [] } = files.open(name);
    for (const chunk in chunks) bodies.set(chunk, chunks[chunk]);
    for (const chunk in others) fileOf.set(chunk, others[chunk]);
    for (const file of later) untouched.add(file);
  };
  const load = (name) => {
    const loaded = modules.get(name);
    if (loaded !== undefined) return loaded.exports;
    const module = { exports: {} };
    modules.set(name, module);
    if (!bodies.has(name)) open(fileOf.get(name) ?? name);
    bodies.get(name)(module.exports, localRequire, module, join(dist, name), dist);
    return module.exports;
  };
  const builtIn = (id) => {
    onLoad(id);
    return require(id);
  };
  const localRequire = (id) => {
    if (!id.startsWith("./")) return WHEN_TOUCHED.has(id) ? whenTouched(() => builtIn(id)) : builtIn(id);
    const name = id.slice("./".length);
    return untouched.has(fileOf.get(name)) ? whenTouched(() => load(name)) : load(name);
  };
  return { require: load, writeCache: files.writeCache };
};

/** Stands in for a module that is loaded with the first look at what it has. */
function whenTouched(load) {
  let loaded = null;
  const forward =
    (method) =>
    (_target, ...rest) =>
      Reflect[method]((loaded ??= load()), ...rest);
  const methods = ["get", "has", "ownKeys", "getOwnPropertyDescriptor"];
  return new Proxy({}, Object.fromEntries(methods.map((method) => [method, forward(method)])));
}

function nodeFiles(dist) {
  enableCompileCache(join(dist, "compile-cache"));
  return { open: (name) => require(join(dist, name)), writeCache: () => {} };
}

function cachedFiles(dist) {
  const cacheDir = join(dist, "code-cache", CACHE_KEY);
  const scripts = new Map();
  return {
    open(name) {
      // The bundle is ASCII. A text that V8 can leave where it is, outside of its heap, costs no collection of garbage:
      // one read as it stands, not put together with something else.
      const script = new Script(readFileSync(join(dist, name), "latin1"), {
        // As stack traces show it. The cache keeps it, so that a whole path would be one of the machine that built it.
        filename: `heddle/${name}`,
        // V8 rejects data of another source length, version or set of flags, and compiles as usual.
        cachedData: readIfThere(join(cacheDir, `${name}.bin`)),
      });
      scripts.set(name, script);
      return script.runInThisContext();
    },
    /** Stores what V8 has compiled so far, so functions that ran are in it. */
    writeCache() {
      mkdirSync(cacheDir, { recursive: true });
      for (const [name, script] of scripts) {
        const target = join(cacheDir, `${name}.bin`);
        writeFileSync(`${target}.new`, script.createCachedData());
        renameSync(`${target}.new`, target);
      }
    },
  };
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined; // no cache for this Node: the build ran under another one
  }
}
