// One call of the bundler with the settings that every bundle of this repository shares.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";

/** Optional native modules: found in node_modules where they are installed, done without where not. */
const OPTIONAL_NATIVE = ["@napi-rs/keyring", "@vscode/ripgrep"];

const MCP_SDK_SHIMS = join(import.meta.dirname, "mcp-sdk-shims.mjs");

/**
 * Bundles `input` (name to file). Everything goes in but Node's own modules and the optional native ones.
 * @param apart modules that get a chunk of their own, `{ name, modules }` with patterns of their paths.
 * @returns the chunks, the entry first: `{ fileName, code, imports, modules }`; `imports` are names of chunks that are
 * loaded with it, `modules` paths of bundled files.
 * @throws when an import cannot be resolved: left as it is, it would fail on the user's machine.
 */
export async function bundle({ input, format, extension = format === "cjs" ? "cjs" : "js", define = {}, apart = [] }) {
  const build = await rolldown({
    input,
    platform: "node",
    // Chunks that are cut by hand use exports of others which nobody else does.
    ...(apart.length === 0 ? {} : { preserveEntrySignatures: "allow-extension" }),
    external: OPTIONAL_NATIVE,
    resolve: {
      alias: {
        "@modelcontextprotocol/client/_shims": MCP_SDK_SHIMS,
        "@modelcontextprotocol/server/_shims": MCP_SDK_SHIMS,
      },
    },
    transform: { target: "node20", define },
    onLog(level, log, handler) {
      if (log.code === "UNRESOLVED_IMPORT") throw new Error(log.message);
      // What the command loads late, the library may need at once.
      if (log.code === "INEFFECTIVE_DYNAMIC_IMPORT") return;
      if (level === "warn") handler(level, log);
    },
  });
  const { output } = await build.generate({
    format,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `[name]-[hash].${extension}`,
    codeSplitting: {
      groups: apart.map(({ name, modules }) => ({
        name,
        test: (path) => modules.some((pattern) => pattern.test(path)),
        includeDependenciesRecursively: false,
      })),
    },
    // `vm.Script` forgets how to import once its code comes from a cache, so that lazy modules of Node are required.
    dynamicImportInCjs: false,
    // Without comments and with escapes the text is ASCII, which V8 keeps in half the memory.
    charset: "ascii",
    comments: { legal: false, jsdoc: false, annotation: false },
  });
  await build.close();
  return output
    .filter((part) => part.type === "chunk")
    .toSorted((a, b) => Number(b.isEntry) - Number(a.isEntry))
    .map(({ fileName, code, imports, moduleIds }) => ({ fileName, code, imports, modules: moduleIds }));
}

/** Writes chunks into `dir`, a file each. */
export async function writeChunks(chunks, dir) {
  await mkdir(dir, { recursive: true });
  await Promise.all(chunks.map(({ fileName, code }) => writeFile(join(dir, fileName), code)));
}
