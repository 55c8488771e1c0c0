import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readLayers } from "../src/index.ts";
import { failureOf, load, removeFolders, temporaryFolder } from "./support/folders.ts";

afterEach(removeFolders);

/** Managed preferences as macOS has them, and a program that reads them: each file holds what `defaults` prints. */
async function preferences(files: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder({
    ...files,
    defaults:
      '#!/bin/sh\n[ "$1 $3" = "read config_toml_base64" ] || exit 2\n[ -s "$2.plist" ] || exit 1\ncat "$2.plist"\n',
  });
  await chmod(join(folder, "defaults"), 0o755);
  return { folders: [join(folder, "user"), folder], program: join(folder, "defaults") };
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test.skipIf(process.platform === "win32")("managed preferences are the highest layer, and bind", async () => {
  const managedPreferences = await preferences({
    "com.openai.codex.plist": base64('model = "theirs"\n'),
    "user/dev.heddle.plist": "",
    "dev.heddle.plist": `${base64('model = "ours"\napproval_policy = "untrusted"\n')}\n`,
  });
  const system = join(await temporaryFolder({ "m.toml": 'model = "system"\n' }), "m.toml");

  expect((await load("", { managedPreferences, managedPaths: [system] })).model).toBe("ours");
  expect(await failureOf(load("", { managedPreferences, flags: { approvalPolicy: "never" } }))).toMatchObject({
    kind: "managed",
    file: "dev.heddle/config_toml_base64",
  });
  const layers = await readLayers({
    home: "/nonexistent",
    env: {},
    overrides: [],
    managedPaths: [system],
    managedPreferences,
  });
  expect(layers.map(({ name, source }) => [name, source])).toEqual([
    ["mdm", "dev.heddle/config_toml_base64"],
    ["system", system],
    ["sessionFlags", "--config"],
    ["user", "/nonexistent/config.toml"],
  ]);
});

test.skipIf(process.platform === "win32").each([
  ["no base64", "not base64!", "unreadable"],
  ["no UTF-8", Buffer.from([0xff, 0xfe]).toString("base64"), "unreadable"],
  ["no TOML", base64("model ="), "syntax"],
])("managed preferences that cannot be understood fail the load: %s", async (_, value, kind) => {
  const managedPreferences = await preferences({ "com.openai.codex.plist": value });

  expect(await failureOf(load("", { managedPreferences }))).toMatchObject({
    kind,
    file: "com.openai.codex/config_toml_base64",
  });
});

test("managed preferences that nobody can read fail the load", async () => {
  const { folders } = await preferences({ "dev.heddle.plist": base64("") });

  expect(
    await failureOf(load("", { managedPreferences: { folders, program: "/nonexistent/defaults" } })),
  ).toMatchObject({
    kind: "unreadable",
  });
});
