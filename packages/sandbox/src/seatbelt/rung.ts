import { existsSync } from "node:fs";
import { join } from "node:path";
import { realPathOf } from "../paths.ts";
import type { Confined, ConfinedLaunch, Rung } from "../rung.ts";
import type { ViewSettings } from "../view/read-view.ts";
import { writableRoots } from "../writable-roots.ts";
import { seatbeltProfile } from "./profile.ts";

/** The system's own, and no other that the PATH may name. */
const SANDBOX_EXEC = "/usr/bin/sandbox-exec";
/** What it says in front when it cannot do what it was asked. */
const COMPLAINT = "sandbox-exec: ";
/** Of `sysexits.h`: the profile is not understood, or could not be applied. */
const SETUP_FAILED_EXIT_CODES = new Set([65, 71]);

/** Whether this system brings Seatbelt along. */
export function hasSeatbelt(): boolean {
  return existsSync(SANDBOX_EXEC);
}

/**
 * The rung of macOS. Written from the specification and not tried on a Mac yet; as every rung it is used only where a
 * trial run has worked. No terminals, and no tie to our life: a command ends with its process group.
 */
export class SeatbeltRung implements Rung {
  readonly level = "full";
  readonly #settings: ViewSettings;

  constructor(settings: ViewSettings) {
    this.#settings = settings;
  }

  confine({ argv, policy, sandboxCwd }: Confined): ConfinedLaunch {
    const { env, credentials, denyRead, allowUnixSockets, stateDir } = this.#settings;
    const roots = writableRoots(policy, sandboxCwd, env).map(({ root, readOnlySubpaths }) => ({
      root,
      readOnlySubpaths: [...readOnlySubpaths, stateDir],
    }));
    const hidden = [...credentials, ...denyRead].map((path) => realPathOf(path) ?? path);
    const tmpdir = realPathOf(env["TMPDIR"] ?? "");
    // Beside the user's temporary folder (`.../T`) the system keeps caches (`.../C`).
    const cacheFolder = tmpdir === null ? null : join(tmpdir, "..", "C");
    const { text, parameters } = seatbeltProfile({ policy, roots, hidden, allowUnixSockets, cacheFolder });
    const values = Object.entries(parameters).map(([name, value]) => `-D${name}=${value}`);
    return {
      program: { type: "other", file: SANDBOX_EXEC, args: ["-p", text, ...values, "--", ...argv], hasFiles: false },
      filter: null,
      hasTerminal: false,
      tree: "group",
      settle: ({ exitCode, stderr }) => ({ setupFailure: setupFailure(exitCode, stderr), tampered: [] }),
      release() {},
    };
  }
}

function setupFailure(exitCode: number, stderr: string): string | null {
  if (!SETUP_FAILED_EXIT_CODES.has(exitCode) || !stderr.startsWith(COMPLAINT)) return null;
  return stderr.slice(COMPLAINT.length).split("\n")[0] ?? null;
}
