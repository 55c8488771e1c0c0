import { mkdirSync, realpathSync } from "node:fs";
import { findBubblewrap } from "./bubblewrap/find.ts";
import { BubblewrapRung } from "./bubblewrap/rung.ts";
import { helperGaps } from "./helper/gaps.ts";
import { HelperRung } from "./helper/rung.ts";
import { startChild } from "./process/child.ts";
import { createExpiration } from "./process/expiration.ts";
import { errorCode } from "./process/program.ts";
import type { Starters } from "./process/starters.ts";
import type { Rung } from "./rung.ts";
import { SandboxError } from "./sandbox-error.ts";
import { hasSeatbelt, SeatbeltRung } from "./seatbelt/rung.ts";
import { filterArch } from "./seccomp/filter.ts";
import type { ViewSettings } from "./view/read-view.ts";

/** Which sandbox this machine has. */
export type SandboxProbe =
  | {
      readonly rung: "bubblewrap";
      readonly path: string;
      readonly level: "full";
      /** Whether Landlock stands behind it. */
      readonly helper: boolean;
    }
  /** That of macOS. */
  | { readonly rung: "seatbelt"; readonly level: "full" }
  | {
      readonly rung: "helper";
      readonly level: "reduced";
      /** What it does not protect, for people. */
      readonly unprotected: readonly string[];
      /** Why there is nothing better, and how to get it. */
      readonly cause: string;
      readonly remedy: string;
    }
  /** None: why, and what a person can do about it. */
  | { readonly rung: "none"; readonly cause: string; readonly remedy: string };

export type RungName = "bubblewrap" | "helper" | "seatbelt";

/** What one rung can do on this machine, for people. */
export type RungReport =
  | {
      readonly rung: RungName;
      readonly usable: true;
      readonly level: "full" | "reduced";
      /** What it does not protect. */
      readonly unprotected: readonly string[];
    }
  | { readonly rung: RungName; readonly usable: false; readonly cause: string; readonly remedy: string };

export interface ProbeOptions extends ViewSettings {
  /** Null: as if there were none. Not given: looked for on the PATH. */
  readonly bubblewrapPath: string | null | undefined;
  readonly starters: Starters;
  readonly requireFull: boolean;
}

/** What a probe has found; the rung is ready for use. */
export interface Probed {
  readonly probe: SandboxProbe;
  readonly rung: Rung | null;
}

const PROBE_LIMIT_MS = 5_000;
/** Before this version of Landlock nothing could be moved from one folder to another. */
const MIN_LANDLOCK_ABI = 2;
const REMEDY = "use --sandbox danger-full-access inside an isolated container, or install bubblewrap";
const INSTALL = `${REMEDY} (apt install bubblewrap, dnf install bubblewrap, apk add bubblewrap, pacman -S bubblewrap)`;
const ALLOW_NAMESPACES =
  "use --sandbox danger-full-access inside an isolated container, or allow user namespaces " +
  "(sysctl kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu, kernel.unprivileged_userns_clone=1 on older Debian, " +
  "--security-opt seccomp=unconfined --security-opt apparmor=unconfined for Docker)";
const REINSTALL = "install Heddle again";

/** Why a rung does not serve. */
interface Missing {
  readonly cause: string;
  readonly remedy: string;
}

interface BubblewrapFound {
  readonly rung: BubblewrapRung;
  readonly path: string;
  readonly helper: boolean;
}

/** Finds the best rung that works here, by a trial run of each. */
export async function probeSandbox(options: ProbeOptions): Promise<Probed> {
  const settings = prepare(options);
  if ("cause" in settings) return { probe: { rung: "none", ...settings }, rung: null };
  if (process.platform === "darwin") {
    const seatbelt = await trySeatbelt(settings);
    if ("cause" in seatbelt) return { probe: { rung: "none", ...seatbelt }, rung: null };
    return { probe: { rung: "seatbelt", level: "full" }, rung: seatbelt };
  }
  const landlockAbi = await settings.starters.landlockAbi();
  const bubblewrap = await tryBubblewrap(settings, landlockAbi);
  if ("rung" in bubblewrap) {
    const { rung, path, helper } = bubblewrap;
    return { probe: { rung: "bubblewrap", path, level: "full", helper }, rung };
  }
  const helper = await tryHelper(settings, landlockAbi);
  if ("cause" in helper) return { probe: { rung: "none", ...bubblewrap }, rung: null };
  return {
    probe: { rung: "helper", level: "reduced", unprotected: helperGaps(landlockAbi), ...bubblewrap },
    rung: helper,
  };
}

/** Tries all rungs, for people: the first that is usable is the one that is used. */
export async function examineRungs(options: ProbeOptions): Promise<RungReport[]> {
  const settings = prepare(options);
  if ("cause" in settings)
    return (["bubblewrap", "helper"] as const).map((rung) => ({ rung, usable: false, ...settings }));
  if (process.platform === "darwin") {
    const seatbelt = await trySeatbelt(settings);
    if ("cause" in seatbelt) return [{ rung: "seatbelt", usable: false, ...seatbelt }];
    return [{ rung: "seatbelt", usable: true, level: "full", unprotected: [] }];
  }
  const landlockAbi = await settings.starters.landlockAbi();
  const bubblewrap = await tryBubblewrap(settings, landlockAbi);
  const helper = await tryHelper(settings, landlockAbi);
  return [
    "rung" in bubblewrap
      ? { rung: "bubblewrap", usable: true, level: "full", unprotected: [] }
      : { rung: "bubblewrap", usable: false, ...bubblewrap },
    "cause" in helper
      ? { rung: "helper", usable: false, ...helper }
      : { rung: "helper", usable: true, level: "reduced", unprotected: helperGaps(landlockAbi) },
  ];
}

/** What every rung needs. */
function prepare(options: ProbeOptions): ProbeOptions | Missing {
  if (process.platform !== "linux" && process.platform !== "darwin") return platformMissing();
  if (process.platform === "linux" && filterArch(process.arch) === null) {
    return { cause: `there is no system call filter for ${process.arch}`, remedy: REMEDY };
  }
  const folder = makeStateFolder(options.stateDir);
  return "cause" in folder ? folder : { ...options, stateDir: folder.path };
}

async function trySeatbelt(options: ProbeOptions): Promise<SeatbeltRung | Missing> {
  const remedy = "use --sandbox danger-full-access inside an isolated virtual machine";
  if (!hasSeatbelt()) return { cause: "/usr/bin/sandbox-exec is not there", remedy };
  const rung = new SeatbeltRung(options);
  const failure = await tryOut(rung, options.starters);
  return failure === null ? rung : { cause: `sandbox-exec cannot set up a sandbox here: ${failure}`, remedy };
}

async function tryBubblewrap(options: ProbeOptions, landlockAbi: number): Promise<BubblewrapFound | Missing> {
  const { env, bubblewrapPath } = options;
  const helperServes = landlockAbi >= MIN_LANDLOCK_ABI;
  if (bubblewrapPath === null) {
    return { cause: "bubblewrap is not installed (no bwrap on the PATH)", remedy: INSTALL };
  }
  const found = findBubblewrap(env, bubblewrapPath);
  if ("cause" in found) return { cause: found.cause, remedy: INSTALL };
  const isRoot = process.getuid?.() === 0;
  let cause = "";
  for (const privilege of isRoot ? (["root", "userNamespace"] as const) : (["userNamespace"] as const)) {
    for (const hasHelper of helperServes ? [true, false] : [false]) {
      const rung = new BubblewrapRung({ ...options, path: found.path, privilege, hasHelper, landlockAbi });
      const failure = await tryOut(rung, options.starters);
      if (failure === null) return { rung, path: found.path, helper: hasHelper };
      cause ||= failure;
    }
  }
  return { cause: `bubblewrap cannot set up a sandbox here: ${cause}`, remedy: ALLOW_NAMESPACES };
}

async function tryHelper(options: ProbeOptions, landlockAbi: number): Promise<HelperRung | Missing> {
  const { starters, requireFull } = options;
  if (requireFull) return { cause: "it enforces less than the whole policy, which is required", remedy: INSTALL };
  if (!starters.hasHelper) return { cause: "the helper is missing, or is not that of this version", remedy: REINSTALL };
  if (landlockAbi < MIN_LANDLOCK_ABI) {
    return { cause: `the kernel's Landlock is too old (version ${landlockAbi} of its interface)`, remedy: INSTALL };
  }
  const rung = new HelperRung({ ...options, landlockAbi });
  const failure = await tryOut(rung, starters);
  if (failure === null) return rung;
  return { cause: `the helper cannot set up a sandbox here: ${failure}`, remedy: INSTALL };
}

/** Null when a command runs in it, else what went wrong. */
async function tryOut(rung: Rung, starter: Starters): Promise<string | null> {
  const command = {
    argv: ["sh", "-c", ":"],
    program: "/bin/sh",
    cwd: "/",
    interactive: false,
    terminal: null,
    asks: false,
  };
  try {
    const confined = rung.confine({ ...command, policy: { type: "read-only" }, sandboxCwd: "/" });
    await using child = await startChild(
      { ...confined, cwd: "/", env: {}, level: rung.level, stdin: "null", output: "capture", channel: null },
      { expiration: createExpiration({ timeoutMs: PROBE_LIMIT_MS }), starter },
    );
    const { exitCode, stderr, setupFailure } = await child.exit;
    return exitCode === 0 ? null : (setupFailure ?? (stderr.trim().split("\n")[0] || `exit code ${exitCode}`));
  } catch (error) {
    if (error instanceof SandboxError) return error.message;
    throw error;
  }
}

/** The real path of the folder for our own files. */
function makeStateFolder(path: string): { readonly path: string } | Missing {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return { path: realpathSync.native(path) };
  } catch (error) {
    return {
      cause: `the folder ${path} cannot be made (${errorCode(error)})`,
      remedy: "make it writable, or name another home with HEDDLE_HOME",
    };
  }
}

function platformMissing(): Missing {
  return process.platform === "win32"
    ? { cause: "there is none for Windows", remedy: "run Heddle in WSL 2, where bubblewrap works" }
    : {
        cause: `there is none for ${process.platform} yet`,
        remedy: "use --sandbox danger-full-access inside an isolated virtual machine",
      };
}
