// Loads the chunks of the bundle, with the machine code cache that the build made for them.
"use strict";

const { readFileSync, writeFileSync, mkdirSync, renameSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { basename, dirname, join } = require("node:path");
const { Script } = require("node:vm");

/** Code caches belong to one build of V8 and one processor; those of another are never even read. */
const CACHE_KEY = `${process.versions.v8}-${process.arch}`;

/**
 * A loader for the CommonJS chunks in `dist`.
 *
 * `require(name)` gives a chunk's exports. Node 22 and later cache compiled code on their own; the folder is given so
 * that it is not the shared one in the temporary directory, where a sandboxed command could plant code that would then
 * run without a sandbox. Node 20 caches nothing: there `vm.Script` takes what `writeCache()` stored at build time.
 */
exports.createLoader = function createLoader(dist) {
  if (enableCompileCache !== undefined) {
    enableCompileCache(join(dist, "compile-cache"));
    return { require: (name) => require(join(dist, name)), writeCache: () => {} };
  }
  return createCachedLoader(dist);
};

function createCachedLoader(dist) {
  const cacheDir = join(dist, "code-cache", CACHE_KEY);
  const modules = new Map();
  const scripts = new Map();

  const load = (file) => {
    const loaded = modules.get(file);
    if (loaded !== undefined) return loaded.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const script = new Script(
      `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, "utf8")}\n})`,
      {
        filename: file,
        // V8 rejects data of another source length, version or set of flags, and compiles as usual.
        cachedData: readIfThere(join(cacheDir, `${basename(file)}.bin`)),
      },
    );
    scripts.set(file, script);
    const localRequire = (id) => (id.startsWith(".") ? load(join(dirname(file), id)) : require(id));
    script.runInThisContext()(module.exports, localRequire, module, file, dirname(file));
    return module.exports;
  };

  return {
    require: (name) => load(join(dist, name)),
    /** Stores what V8 has compiled so far, so functions that ran are in it. */
    writeCache() {
      mkdirSync(cacheDir, { recursive: true });
      for (const [file, script] of scripts) {
        const target = join(cacheDir, `${basename(file)}.bin`);
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
