import { fork, spawn } from "node:child_process";
import { chmod, lstat, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterEach, describe, expect, test } from "vitest";
import {
  defaultModelEdits,
  featureEdits,
  layerVersion,
  projectTrustEdits,
  readConfig,
  readLayers,
  updateUserConfig,
  writeConfig,
  type ConfigValueWrite,
  type ConfigWrite,
  type ConfigWriteOutcome,
  type LayerSources,
} from "../src/index.ts";
import { failureOf, removeFolders, temporaryFolder } from "./support/folders.ts";

afterEach(removeFolders);

const replace = (keyPath: string, value: ConfigValueWrite["value"]): ConfigValueWrite => ({
  keyPath,
  value,
  mergeStrategy: "replace",
});
const upsert = (keyPath: string, value: ConfigValueWrite["value"]): ConfigValueWrite => ({
  keyPath,
  value,
  mergeStrategy: "upsert",
});

/** A home with this configuration, and what is done to it. */
async function newHome(toml?: string, sources: Partial<LayerSources> = {}) {
  const home = await temporaryFolder(toml === undefined ? {} : { "config.toml": toml });
  const file = join(home, "config.toml");
  const all: LayerSources = { home, env: {}, overrides: [], managedPaths: [], managedPreferences: null, ...sources };
  return {
    home,
    file,
    sources: all,
    text: () => readFile(file, "utf8"),
    write: (edits: readonly ConfigValueWrite[], more: Partial<ConfigWrite> = {}): Promise<ConfigWriteOutcome> =>
      writeConfig(all, { edits, ...more }),
  };
}

/** A TypeScript program as one that Node runs. */
async function bundle(program: URL): Promise<string> {
  const dir = await temporaryFolder();
  const build = await rolldown({ input: fileURLToPath(program), platform: "node" });
  const { output } = await build.write({ dir, format: "esm", entryFileNames: "[name].mjs" });
  await build.close();
  return join(dir, output[0].fileName);
}

describe("reading", () => {
  test("gives what the layers say together, and from where", async () => {
    const { file, sources } = await newHome(
      'model = "from-file"\nsandbox_mode = "workspace-write"\nmine = { sub = [1, { b = 2 }] }\n[sandbox_workspace_write]\nwritable_roots = ["/a", "/b"]\n',
      { overrides: ['model="from-flag"', "tools.web_search=true"] },
    );

    const { config, origins, layers } = await readConfig(sources);

    const table = {
      model: "from-file",
      sandbox_mode: "workspace-write",
      mine: { sub: [1, { b: 2 }] },
      sandbox_workspace_write: { writable_roots: ["/a", "/b"] },
    };
    const flagTable = { model: "from-flag", tools: { web_search: true } };
    const user = { name: "user", source: file, version: await layerVersion(table) };
    const flags = { name: "sessionFlags", source: "--config", version: await layerVersion(flagTable) };
    expect({ config, origins, layers }).toEqual({
      config: { ...table, ...flagTable },
      origins: {
        model: flags,
        "tools.web_search": flags,
        sandbox_mode: user,
        "mine.sub.0": user,
        "mine.sub.1.b": user,
        "sandbox_workspace_write.writable_roots.0": user,
        "sandbox_workspace_write.writable_roots.1": user,
      },
      layers: [
        { ...flags, config: flagTable },
        { ...user, config: table },
      ],
    });
  });

  test("without a file gives empty layers", async () => {
    const { sources, file } = await newHome();

    const version = await layerVersion({});
    expect(await readConfig(sources)).toEqual({
      config: {},
      origins: {},
      layers: [
        { name: "sessionFlags", source: "--config", version, config: {} },
        { name: "user", source: file, version, config: {} },
      ],
    });
  });

  test("refuses what is not valid together; the layers alone are given as they are", async () => {
    const { sources } = await newHome("model = 5\n");

    expect(await failureOf(readConfig(sources))).toMatchObject({ kind: "type", key: "model", line: 1 });
    expect((await readLayers(sources)).map(({ config }) => config)).toEqual([{}, { model: 5 }]);
  });
});

describe("writing", () => {
  test("sets, merges, replaces and clears keys, one after the other", async () => {
    const { write, text, file } = await newHome('model = "a"\n# a comment\n[tools]\nweb_search = true\n');
    const ok = async (table: Parameters<typeof layerVersion>[0]): Promise<ConfigWriteOutcome> => ({
      ok: true,
      status: "ok",
      version: await layerVersion(table),
      filePath: file,
      overriddenMetadata: null,
    });

    expect(await write([replace("model", "b")])).toEqual(await ok({ model: "b", tools: { web_search: true } }));
    expect(await write([upsert("tools", { view_image: false })])).toEqual(
      await ok({ model: "b", tools: { web_search: true, view_image: false } }),
    );
    expect(await write([replace("tools", { view_image: true })])).toEqual(
      await ok({ model: "b", tools: { view_image: true } }),
    );
    expect(await write([replace("profiles.fast.model", "c")])).toEqual(
      await ok({ model: "b", tools: { view_image: true }, profiles: { fast: { model: "c" } } }),
    );
    expect(await write([replace("model", null)])).toEqual(
      await ok({ tools: { view_image: true }, profiles: { fast: { model: "c" } } }),
    );
    expect(await write([replace("model", null)])).toMatchObject({ ok: true, status: "ok" });
    expect(await text()).toBe('# a comment\n[tools]\nview_image = true\n\n[profiles.fast]\nmodel = "c"\n');
  });

  test("all edits or none", async () => {
    const { write, text } = await newHome('model = "a"\n');

    expect(await write([replace("model", "c"), replace("approval_policy", "bogus")])).toEqual({
      ok: false,
      code: "configValidationError",
      message:
        "Invalid configuration: unknown variant `bogus`, expected one of `untrusted`, `on-failure`, `on-request`, `never`\nin `approval_policy`\n",
    });
    expect(await text()).toBe('model = "a"\n');
  });

  test.each<[string, ConfigValueWrite, string, string]>([
    ["below a missing parent", replace("nope.deeper", null), "configPathNotFound", "Path not found"],
    ["below a value", replace("model.x", null), "configPathNotFound", "Path not found"],
    ["an empty path", replace(" ", 1), "configValidationError", "keyPath must not be empty"],
    ["an empty segment", replace("a..b", 1), "configValidationError", "empty segment in key `a..b`"],
    ["an open quote", replace('a."b', 1), "configValidationError", 'misplaced or unterminated quote in key `a."b`'],
    [
      "directly below a value",
      replace("model.x", 1),
      "configValidationError",
      "invalid key path: `model` is not a table",
    ],
    ["a null inside", replace("a", { b: null }), "configValidationError", "invalid value: TOML has no null"],
  ])("is refused: %s", async (_, edit, code, message) => {
    const { write, text } = await newHome('model = "a"\n');

    expect(await write([edit])).toEqual({ ok: false, code, message });
    expect(await text()).toBe('model = "a"\n');
  });

  test("is refused when the file has changed meanwhile", async () => {
    const { write, sources } = await newHome('model = "a"\n');
    const version = (await readLayers(sources)).at(-1)?.version ?? "";

    expect(await write([replace("model", "b")], { expectedVersion: version })).toMatchObject({ ok: true });
    expect(await write([replace("model", "c")], { expectedVersion: version })).toEqual({
      ok: false,
      code: "configVersionConflict",
      message: "Configuration was modified since last read. Fetch latest version and retry.",
    });
  });

  test("is refused for any other file; a link to the user's file is none", async () => {
    const { home, file, write } = await newHome("");
    await symlink(file, join(home, "link.toml"));

    expect(await write([], { filePath: join(home, "other.toml") })).toEqual({
      ok: false,
      code: "configLayerReadonly",
      message: "Only writes to the user config are allowed",
    });
    expect(await write([replace("model", "b")], { filePath: join(home, "link.toml") })).toMatchObject({
      ok: true,
      filePath: file,
    });
  });

  test("tells which layer hides the first value that has no effect", async () => {
    const managed = join(await temporaryFolder({ "m.toml": 'sandbox_mode = "read-only"\n' }), "m.toml");
    const { write, text } = await newHome("", { overrides: ['model="flag"'], managedPaths: [managed] });

    expect(await write([replace("review_model", "x"), replace("model", "b")])).toMatchObject({
      status: "okOverridden",
      overriddenMetadata: {
        message: "Overridden by session flags",
        overridingLayer: { name: "sessionFlags", source: "--config", version: await layerVersion({ model: "flag" }) },
        effectiveValue: "flag",
      },
    });
    expect(await write([replace("sandbox_mode", "workspace-write")])).toMatchObject({
      status: "okOverridden",
      overriddenMetadata: {
        message: "Overridden by managed config (system)",
        overridingLayer: { name: "system", source: managed },
        effectiveValue: "read-only",
      },
    });
    expect(await text()).toBe('review_model = "x"\nmodel = "b"\nsandbox_mode = "workspace-write"\n');
  });

  test("makes the file, for its owner alone; without an effect it makes none", async () => {
    const { home, file, write } = await newHome();

    await write([replace("model", null)]);
    expect(await readdir(home)).toEqual([]);
    await write([replace("model", "b")]);
    expect([await readFile(file, "utf8"), (await stat(file)).mode & 0o777]).toEqual(['model = "b"\n', 0o600]);
    expect(await readdir(home)).toEqual(["config.toml"]);
  });

  test("keeps the mode of the file and the link that it is", async () => {
    const elsewhere = await temporaryFolder({ "real.toml": "" });
    const { file, home, write } = await newHome();
    await chmod(join(elsewhere, "real.toml"), 0o640);
    await symlink(join(elsewhere, "real.toml"), file);

    expect(await write([replace("model", "b")])).toMatchObject({ filePath: join(elsewhere, "real.toml") });

    expect((await lstat(join(home, "config.toml"))).isSymbolicLink()).toBe(true);
    expect((await stat(join(elsewhere, "real.toml"))).mode & 0o777).toBe(0o640);
  });

  test("does not touch a file that changes nothing", async () => {
    const { file, write } = await newHome('model = "a"\n');
    const before = await stat(file);

    await write([replace("model", "a"), upsert("tools", {}), replace("tools", null)]);

    const { ino, mtimeMs } = await stat(file);
    expect([ino, mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  test("from several processes at once loses nothing", { timeout: 30_000 }, async () => {
    const { home, sources } = await newHome("# mine\n");
    const program = await bundle(new URL("support/writer.ts", import.meta.url));
    const writers = ["a", "b", "c"].map((name) => fork(program, [home, name, "8"]));

    const codes = await Promise.all(writers.map(async (child) => (await once(child, "exit"))[0]));

    const { config } = await readConfig(sources);
    const numbers = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`k${index}`, index]));
    expect({ codes, config }).toEqual({ codes: [0, 0, 0], config: { a: numbers, b: numbers, c: numbers } });
    expect(await readdir(home)).toEqual(["config.toml"]);
  });

  test("takes over the lock of a process that has ended", async () => {
    const { home, write } = await newHome("");
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    await writeFile(join(home, "config.toml.lock"), JSON.stringify({ pid: child.pid, startTime: null }));

    expect(await write([replace("model", "b")])).toMatchObject({ ok: true });
    expect(await readdir(home)).toEqual(["config.toml"]);
  });
});

describe("our own edits", () => {
  test("note the trust of a project under a header of its own", async () => {
    const { home, text } = await newHome('projects = { "/a" = { trust_level = "trusted" } } # mine\nmodel = "m"\n');

    expect(await updateUserConfig(home, projectTrustEdits("/srv/x.y", "untrusted"))).toBe(true);
    expect(await updateUserConfig(home, projectTrustEdits("/srv/x.y", "untrusted"))).toBe(false);

    expect(await text()).toBe(
      'model = "m"\n\n[projects]   # mine\n\n[projects."/a"]\ntrust_level = "trusted"\n\n[projects."/srv/x.y"]\ntrust_level = "untrusted"\n',
    );
  });

  test("choose the model, in the profile that is in use", async () => {
    const { home, text } = await newHome('model = "a"\nmodel_reasoning_effort = "low"\n');

    await updateUserConfig(home, defaultModelEdits({ profile: "p", model: "b", reasoningEffort: "high" }));
    await updateUserConfig(home, defaultModelEdits({ profile: null, model: "c", reasoningEffort: null }));
    await updateUserConfig(home, featureEdits("skills", true));

    expect(await text()).toBe(
      'model = "c"\n\n[profiles.p]\nmodel = "b"\nmodel_reasoning_effort = "high"\n\n[features]\nskills = true\n',
    );
  });

  test("are not written to a file that is wrong", async () => {
    const { home, text } = await newHome("model = 5\n");

    expect(await failureOf(updateUserConfig(home, featureEdits("skills", true)))).toMatchObject({
      key: "model",
      line: 1,
    });
    expect(await text()).toBe("model = 5\n");
  });
});
