import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { programKeyring } from "./program-keyring.ts";

/** Stands in for `secret-tool`: an entry is a file, and what it was called with is written down. */
const SECRET_TOOL = `#!/bin/sh
echo "$*" >> "$STORE/calls"
if [ -e "$STORE/locked" ]; then echo "Cannot autolaunch D-Bus" >&2; exit 1; fi
for last in "$@"; do :; done
case "$1" in
  store) cat > "$STORE/$last" ;;
  lookup) [ -e "$STORE/$last" ] || exit 1; cat "$STORE/$last" ;;
  clear) rm "$STORE/$last" ;;
esac
`;

async function withSecretTool(
  work: (keyring: NonNullable<ReturnType<typeof programKeyring>>, folder: string) => Promise<void>,
) {
  const folder = await mkdtemp(join(tmpdir(), "heddle-keyring-"));
  try {
    await writeFile(join(folder, "secret-tool"), SECRET_TOOL);
    await chmod(join(folder, "secret-tool"), 0o755);
    const keyring = programKeyring("Heddle Auth", {
      platform: "linux",
      env: { PATH: `${folder}:${process.env["PATH"] ?? ""}`, STORE: folder },
    });
    if (keyring === null) throw new Error("no keyring on Linux");
    await work(keyring, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.skipIf(process.platform === "win32")("the keyring of secret-tool", () => {
  test("keeps, gives and removes a secret, and never shows it in its arguments", () =>
    withSecretTool(async (keyring, folder) => {
      expect(await keyring.get("a")).toBeNull();
      await keyring.set("a", '{"key":"s3cret"}');
      expect(await keyring.get("a")).toBe('{"key":"s3cret"}');
      expect([await keyring.remove("a"), await keyring.remove("a")]).toEqual([true, false]);
      const calls = await readFile(join(folder, "calls"), "utf8");
      expect(calls).toContain("store --label=Heddle Auth service Heddle Auth account a\n");
      expect(calls).not.toContain("s3cret");
    }));

  test("says why when it cannot be reached", () =>
    withSecretTool(async (keyring, folder) => {
      await writeFile(join(folder, "locked"), "");
      await expect(keyring.get("a")).rejects.toThrow("secret-tool: Cannot autolaunch D-Bus");
      await expect(keyring.set("a", "x")).rejects.toThrow("secret-tool: Cannot autolaunch D-Bus");
    }));

  test("that is not installed is an error that names the program", async () => {
    const keyring = programKeyring("Heddle Auth", { platform: "linux", env: { PATH: "/nonexistent" } });
    await expect(keyring?.get("a")).rejects.toThrow(/secret-tool: .*ENOENT/);
  });
});

test("Windows has no such program", () => {
  expect(programKeyring("Heddle Auth", { platform: "win32", env: {} })).toBeNull();
});
