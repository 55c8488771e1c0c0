import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createExpiration,
  createSandbox,
  type Child,
  type ExecExpiration,
  type Sandbox,
  type SandboxOptions,
  type SandboxPolicy,
  type SpawnSpec,
} from "../src/index.ts";

/** Writes below its folder alone: neither `/tmp` nor `$TMPDIR`, where the tests keep what must not be written. */
export const WORKSPACE_ONLY: Extract<SandboxPolicy, { type: "workspace-write" }> = {
  type: "workspace-write",
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: true,
  excludeSlashTmp: true,
};
export const PLAIN: SandboxPolicy = { type: "danger-full-access" };
export const READ_ONLY: SandboxPolicy = { type: "read-only" };

/** When a command of a test is ended: as the test says, or in 20 seconds. */
interface StartExpiration {
  readonly expiration?: ExecExpiration;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A workspace `ws`, a folder `out` outside of it, and a sandbox whose own files are in `home`. */
export interface Rig {
  readonly ws: string;
  readonly out: string;
  readonly home: string;
  readonly sandbox: Sandbox;
  /** Starts a shell script in the workspace. */
  start(script: string | readonly string[], overrides?: Partial<SpawnSpec> & StartExpiration): Promise<Child>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function makeRig(options: Partial<SandboxOptions> = {}): Promise<Rig> {
  const base = await realpath(await mkdtemp(join(tmpdir(), "heddle-sandbox-")));
  const [ws, out, home] = [join(base, "ws"), join(base, "out"), join(base, "home")];
  for (const folder of [ws, out, home]) await mkdir(folder);
  await writeFile(join(out, "victim.txt"), "original\n");
  await writeFile(join(home, "auth.json"), "top secret\n");
  const sandbox = createSandbox({
    env: process.env,
    stateDir: join(home, "sandbox"),
    credentials: [join(home, "auth.json")],
    ...options,
  });
  return {
    ws,
    out,
    home,
    sandbox,
    start: (script, { signal = null, timeoutMs = 20_000, expiration, ...overrides } = {}) =>
      sandbox.spawn(
        {
          argv: typeof script === "string" ? ["/bin/sh", "-c", script] : script,
          cwd: ws,
          env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
          policy: WORKSPACE_ONLY,
          sandboxCwd: ws,
          ...overrides,
        },
        expiration ?? createExpiration({ timeoutMs, signal }),
      ),
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** Options for each way in which this machine can sandbox commands. */
export interface RungHere {
  readonly name: string;
  readonly usable: boolean;
  readonly options: Partial<SandboxOptions>;
  readonly level: "full" | "reduced";
}

/** Both rungs, for suites that are to hold on each; one that this machine does not have is skipped by name. */
export const RUNGS: readonly RungHere[] = [
  await rungHere({ rung: "bubblewrap", options: {}, level: "full" }),
  await rungHere({ rung: "helper", options: { bubblewrapPath: null }, level: "reduced" }),
];

/** Whether commands can be sandboxed with bubblewrap here. */
export const hasSandbox = RUNGS[0]?.usable === true;

async function rungHere({
  rung,
  options,
  level,
}: { rung: string } & Pick<RungHere, "options" | "level">): Promise<RungHere> {
  await using rig = await makeRig(options);
  const probe = await rig.sandbox.probe();
  if (probe.rung === rung) return { name: `sandboxed (${rung})`, usable: true, options, level };
  const cause = "cause" in probe ? probe.cause : `${probe.rung} is there instead`;
  return { name: `sandboxed (${rung} is not usable here: ${cause})`, usable: false, options, level };
}
