import { execFile, spawnSync } from "node:child_process";
import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import type { RunnerInput, RunnerReport } from "./runner.ts";

/** Who runs the commands: ourselves, or, where we are root, an ordinary user. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Root and an ordinary user where we may be both, else whoever we are. */
export function usersHere(): User[] {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const own = { name: uid === 0 ? "root" : "an ordinary user", uid, gid };
  const nobody = { name: "an ordinary user", uid: 65534, gid: 65534 };
  const canBeNobody = uid === 0 && spawnSync(process.execPath, ["-e", ""], nobody).status === 0;
  return canBeNobody ? [own, nobody] : [own];
}

/** A file that the process has open from its start, under these descriptors. */
interface Inherited {
  readonly inherited: string;
  readonly at: readonly number[];
}

/** The runner program, built once; a process of its own for each run. */
export interface Runner {
  /** The program itself, for a run that is to be made otherwise: `node FILE INPUT`. */
  readonly file: string;
  run(user: User, input: RunnerInput, inherit?: Inherited): Promise<RunnerReport>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function buildRunner(): Promise<Runner> {
  const folder = await mkdtemp(join(tmpdir(), "heddle-runner-"));
  await chmod(folder, 0o755);
  const file = join(folder, "runner.mjs");
  const bundle = await rolldown({
    input: join(import.meta.dirname, "runner.ts"),
    platform: "node",
    transform: { target: "node20" },
    logLevel: "silent",
  });
  await bundle.write({ file, format: "esm" });
  await bundle.close();
  return {
    file,
    async run({ uid, gid }, input, inherit) {
      // A shell opens what the program is to inherit; one of several digits needs bash.
      const redirections = inherit?.at.map((descriptor) => `${descriptor}>>${inherit.inherited}`).join(" ") ?? "";
      const argv = [process.execPath, file, JSON.stringify(input)];
      const ended = promisify(execFile)("bash", ["-c", `exec "$@" ${redirections}`, "bash", ...argv], {
        uid,
        gid,
        maxBuffer: 64 * 1024 * 1024,
        cwd: "/",
      });
      // One that is to be killed has reported before.
      const { stdout } = input.abandon === true ? await ended.catch((error: { stdout: string }) => error) : await ended;
      return JSON.parse(stdout) as RunnerReport;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Gives a path to a user; needs root where that is another one. */
export async function give(user: User, ...paths: readonly string[]): Promise<void> {
  if (user.uid === process.getuid?.()) return;
  for (const path of paths) await chown(path, user.uid, user.gid);
}
