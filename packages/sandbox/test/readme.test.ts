import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";
import { hasSandbox } from "./rig.ts";

test.skipIf(!hasSandbox)("the example of the README does what it says", async () => {
  const folder = await mkdtemp(join(tmpdir(), "heddle-readme-"));
  const root = join(import.meta.dirname, "..");
  const code = /```ts\n([^]*?)```/.exec(await readFile(join(root, "README.md"), "utf8"))?.[1] ?? "";
  await writeFile(join(folder, "example.ts"), code.replace("/var/tmp/heddle-example", join(folder, "state")));
  const bundle = await rolldown({
    input: join(folder, "example.ts"),
    platform: "node",
    resolve: { alias: { "@heddle/sandbox": join(root, "src/index.ts") } },
    transform: { target: "node20" },
    logLevel: "silent",
  });
  await bundle.write({ file: join(folder, "example.mjs"), format: "esm" });
  await bundle.close();
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "example.mjs")]);
  expect(stdout).toBe("hello\ntouch: cannot touch '/etc/oops': Read-only file system\nexit code 1\n");
  await rm(folder, { recursive: true });
});
