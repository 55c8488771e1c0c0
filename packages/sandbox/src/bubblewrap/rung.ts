import { closeSync, readSync } from "node:fs";
import { join } from "node:path";
import { isWithin } from "../paths.ts";
import { hasNetwork, type SandboxPolicy } from "../policy.ts";
import type { Launch } from "../process/child.ts";
import { SandboxError } from "../sandbox-error.ts";
import { filterArch, seccompFilter } from "../seccomp/filter.ts";
import { openUnnamedFile, reopenForReading, unnamedFileWith } from "../unnamed-file.ts";
import { mountArguments, planMounts, type Mount } from "./mounts.ts";
import { Placeholders } from "./placeholders.ts";
import { ViewReader, type ViewSettings } from "./read-view.ts";

/** What of a command decides about its sandbox. */
export interface Confined {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly policy: SandboxPolicy;
  readonly sandboxCwd: string;
}

/** The part of a launch that the sandbox contributes. */
export type ConfinedLaunch = Pick<Launch, "file" | "args" | "descriptors" | "setupFailure" | "release">;

/**
 * How bubblewrap gets its rights. As root it has them; a user namespace would then take away the right to write to
 * files of other users in the workspace. Everybody else needs the namespace, and root in a container may, too.
 */
type Privilege = "root" | "userNamespace";

const SECCOMP_DESCRIPTOR = 3;
const STATUS_DESCRIPTOR = 4;
/** What bubblewrap exits with when it fails. */
const SETUP_FAILED_EXIT_CODE = 1;

const NAMESPACES = ["--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"];
const PRIVILEGE_ARGUMENTS: Readonly<Record<Privilege, readonly string[]>> = {
  root: ["--cap-drop", "ALL", "--cap-add", "CAP_DAC_OVERRIDE"],
  userNamespace: ["--unshare-user", "--cap-drop", "ALL"],
};

export interface BubblewrapOptions extends ViewSettings {
  readonly path: string;
  readonly privilege: Privilege;
}

/** The first rung: a view of the file system by bubblewrap, and our system call filter as the last thing it loads. */
export class BubblewrapRung {
  readonly #options: BubblewrapOptions;
  readonly #views: ViewReader;
  readonly #prefix: readonly string[];
  /** Made with the first command. */
  #placeholders: Placeholders | null = null;
  /** Unnamed files that hold the filters used so far: with AF_UNIX sockets (true) and without. */
  readonly #filters = new Map<boolean, number>();

  constructor(options: BubblewrapOptions) {
    this.#options = options;
    this.#views = new ViewReader(options);
    this.#prefix = [...NAMESPACES, ...PRIVILEGE_ARGUMENTS[options.privilege]];
  }

  /**
   * What to start so that the command runs under its policy. `release` has to be called, whatever becomes of it.
   * @throws SandboxError `unenforceable`
   */
  confine({ argv, cwd, policy, sandboxCwd }: Confined): ConfinedLaunch {
    const { path, stateDir } = this.#options;
    const { view, absent } = this.#views.read(policy, sandboxCwd);
    if (view.writable.some((root) => isWithin(path, root))) {
      const reason = "it sets up the sandbox and lies in a writable root, where a command could replace it";
      throw new SandboxError({ kind: "unenforceable", path, reason });
    }
    this.#placeholders ??= new Placeholders(join(stateDir, "placeholders"));
    const lease = this.#placeholders.lease({ absent, existing: view.readOnly });
    try {
      const mounts = planMounts({ ...view, readOnly: [...view.readOnly, ...lease.made] });
      const filter = reopenForReading(this.#filterDescriptor(this.#views.unixSockets(policy)));
      const status = openUnnamedFile(stateDir);
      return {
        file: path,
        args: [
          ...this.#prefix,
          ...(hasNetwork(policy) ? [] : ["--unshare-net"]),
          ...viewArguments(mounts),
          "--seccomp",
          `${SECCOMP_DESCRIPTOR}`,
          "--json-status-fd",
          `${STATUS_DESCRIPTOR}`,
          "--chdir",
          cwd,
          "--",
          ...argv,
        ],
        descriptors: [filter, status],
        setupFailure: (exitCode, stderr) => setupFailure(exitCode, { stderr, status }),
        release() {
          closeSync(filter);
          closeSync(status);
          lease.release();
        },
      };
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  close(): void {
    for (const descriptor of this.#filters.values()) closeSync(descriptor);
    this.#filters.clear();
  }

  #filterDescriptor(unixSockets: boolean): number {
    const known = this.#filters.get(unixSockets);
    if (known !== undefined) return known;
    const arch = filterArch(process.arch);
    if (arch === null) throw new Error(`no system call filter for ${process.arch}`); // the probe has excluded it
    const descriptor = unnamedFileWith(this.#options.stateDir, seccompFilter({ arch, unixSockets }));
    this.#filters.set(unixSockets, descriptor);
    return descriptor;
  }
}

/** `/` read-only, with devices, process list and temporary memory of its own, then the mounts of the view. */
function viewArguments(mounts: readonly Mount[]): string[] {
  return [
    "--ro-bind",
    "/",
    "/",
    "--dev",
    "/dev",
    "--proc",
    "/proc",
    ...mountArguments(mounts),
    // What root may write there governs the whole machine.
    ...(process.getuid?.() === 0 ? ["--remount-ro", "/proc"] : []),
  ];
}

/** Bubblewrap says on its status descriptor how the command ended, and says nothing when it never ran. */
function setupFailure(exitCode: number, { stderr, status }: { stderr: string; status: number }): string | null {
  if (exitCode !== SETUP_FAILED_EXIT_CODE) return null;
  const buffer = Buffer.alloc(4096);
  const length = readSync(status, buffer, 0, buffer.length, 0);
  if (buffer.toString("utf8", 0, length).includes('"exit-code"')) return null;
  return (
    stderr
      .split("\n")
      .find((line) => line.startsWith("bwrap: "))
      ?.slice("bwrap: ".length) ?? "bubblewrap failed"
  );
}
