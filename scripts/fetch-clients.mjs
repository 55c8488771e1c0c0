// `npm run clients`: fetches the published clients of `exec` that tests in packages/cli/test run against our command.
//
// They are no development dependencies: two of them bring 100 MB of somebody else's binaries each, of which nothing
// is kept. What is there already is not fetched again; without them their tests are skipped.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const target = join(import.meta.dirname, "..", "node_modules", ".clients");
const SDK_VERSIONS = ["0.63.0", "0.66.0"];
const AI_SDK = ["ai-sdk-provider-codex-cli@0.7.0", "ai@5.0.93", "zod@4.1.8"];

const work = await mkdtemp(join(tmpdir(), "heddle-clients-"));
try {
  await mkdir(target, { recursive: true });
  for (const version of SDK_VERSIONS) await provide(`codex-sdk-${version}`, (folder) => unpackSdk(version, folder));
  await provide("ai-sdk", installAiSdk);
} catch (error) {
  console.error(`clients: ${error.message}`);
  process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}

/** Fills a folder and puts it in its place when it is complete. */
async function provide(name, fill) {
  const place = join(target, name);
  if ((await stat(place).catch(() => null)) !== null) return console.log(`${name} is there`);
  const folder = join(work, name);
  await mkdir(folder);
  await fill(folder);
  await rename(folder, place).catch(() => cp(folder, place, { recursive: true })); // another file system
  console.log(`${name} fetched`);
}

/** The JavaScript of an SDK. */
async function unpackSdk(version, folder) {
  const args = ["pack", `@openai/codex-sdk@${version}`, "--silent", "--pack-destination", work];
  const { stdout } = await run("npm", args, { cwd: work });
  const archive = join(work, stdout.trim());
  const members = ["package/dist/index.js", "package/package.json"];
  await run("tar", ["-xzf", archive, "-C", folder, "--strip-components=1", ...members]);
  await rm(archive);
}

async function installAiSdk(folder) {
  await writeFile(join(folder, "package.json"), '{"private":true}\n');
  const flags = ["--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", "--silent"];
  await run("npm", ["install", ...flags, ...AI_SDK], { cwd: folder });
}
