import { createWorkspace } from "@heddle/testkit";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const PACKAGE = join(import.meta.dirname, "..");

test.skipIf(process.platform !== "linux")("the packed command has its license and its own sandbox helper", async () => {
  await using workspace = await createWorkspace();
  const { base, env } = workspace;
  const { stdout } = await run("npm", ["pack", PACKAGE, "--silent", "--offline", "--pack-destination", base], { env });
  await run("tar", ["-xzf", join(base, stdout.trim()), "-C", base]);
  const unpacked = join(base, "package");
  expect(await readFile(join(unpacked, "LICENSE"), "utf8")).toBe(
    await readFile(join(PACKAGE, "..", "..", "LICENSE"), "utf8"),
  );
  const command = join(unpacked, "bin", "heddle.cjs");
  // No bubblewrap on this PATH: what is left is the helper, or nothing.
  const probe = await run(process.execPath, [command, "sandbox", "--probe", "--json"], { env: { ...env, PATH: base } });
  expect(JSON.parse(probe.stdout)).toMatchObject({ rungs: [{ usable: false }, { rung: "helper", usable: true }] });
});
