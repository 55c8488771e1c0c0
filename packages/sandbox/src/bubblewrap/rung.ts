import { join } from "node:path";
import { WRAPPER_SOCKET } from "../escalation/escalation.ts";
import { Guard } from "../guard.ts";
import { DEVICES, ESCALATION, helperArguments, type HelperPlan } from "../helper/arguments.ts";
import { isWithin } from "../paths.ts";
import { hasNetwork } from "../policy.ts";
import { DESCRIPTORS, type LaunchEnd, type LaunchedProgram } from "../process/launch.ts";
import type { Confined, ConfinedLaunch, Rung } from "../rung.ts";
import { SandboxError } from "../sandbox-error.ts";
import { Filters } from "../seccomp/filters.ts";
import { helperFailure } from "../status.ts";
import { ViewReader, type ViewSettings } from "../view/read-view.ts";
import type { View } from "../view/view.ts";
import { mountArguments, planMounts } from "./mounts.ts";
import { Placeholders } from "./placeholders.ts";

/**
 * How bubblewrap gets its rights. As root it has them; a user namespace would then take away the right to write to
 * files of other users in the workspace. Everybody else needs the namespace, and root in a container may, too.
 */
type Privilege = "root" | "userNamespace";

export interface BubblewrapOptions extends ViewSettings {
  readonly path: string;
  readonly privilege: Privilege;
  /** Whether the helper serves, for Landlock as a second line of defence and to tie bubblewrap to us. */
  readonly hasHelper: boolean;
  /** Version of Landlock's interface. */
  readonly landlockAbi: number;
}

/** The version from which on Landlock knows abstract sockets. */
const ABI_WITH_SCOPES = 6;

/** What bubblewrap exits with when it fails. */
const SETUP_FAILED_EXIT_CODE = 1;

const NAMESPACES = ["--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"];
const PRIVILEGE_ARGUMENTS: Readonly<Record<Privilege, readonly string[]>> = {
  root: ["--cap-drop", "ALL", "--cap-add", "CAP_DAC_OVERRIDE"],
  userNamespace: ["--unshare-user", "--cap-drop", "ALL"],
};
/** `/` read-only, with devices, process list and temporary memory of its own. */
const BARE_VIEW = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"];

/**
 * The first rung: a view of the file system by bubblewrap, and our system call filter as the last thing it loads. Nothing
 * of the policy is left out.
 */
export class BubblewrapRung implements Rung {
  readonly level = "full";
  readonly #options: BubblewrapOptions;
  readonly #views: ViewReader;
  readonly #filters = new Filters();
  readonly #guard = new Guard();
  /** Made with the first command. */
  #placeholders: Placeholders | null = null;

  constructor(options: BubblewrapOptions) {
    this.#options = options;
    const hidesAbstractSockets = options.hasHelper && options.landlockAbi >= ABI_WITH_SCOPES;
    this.#views = new ViewReader(options, { hidesAbstractSockets });
  }

  confine(command: Confined): ConfinedLaunch {
    const { path, stateDir, hasHelper } = this.#options;
    const { view, absent, links } = this.#views.read(command.policy, command.sandboxCwd);
    if (view.writable.some((root) => isWithin(path, root))) {
      const reason = "it sets up the sandbox and lies in a writable root, where a command could replace it";
      throw new SandboxError({ kind: "unenforceable", path, reason });
    }
    this.#placeholders ??= new Placeholders(join(stateDir, "placeholders"));
    const lease = this.#placeholders.lease({ absent, existing: view.readOnly });
    let unguard = (): string[] => [];
    const release = (): void => {
      unguard();
      lease.release();
    };
    try {
      const sockets = this.#views.unixSockets(command.policy) ? "internetAndUnix" : "internet";
      const filter = this.#filters.get({ sockets });
      unguard = this.#guard.watch(links);
      const args = this.#arguments(command, { ...view, readOnly: [...view.readOnly, ...lease.made] });
      const inTerminal = hasHelper && command.terminal !== null;
      return {
        program: hasHelper ? tiedToUs(path, args, command) : { type: "other", file: path, args, hasFiles: true },
        filter,
        hasTerminal: inTerminal,
        tree: inTerminal || (hasHelper && command.asks) ? "watched" : "namespace",
        settle: (end) => ({ setupFailure: setupFailure(end), tampered: unguard() }),
        release,
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  #arguments({ argv, program, cwd, policy, asks }: Confined, view: View): string[] {
    const { privilege, hasHelper } = this.#options;
    return [
      ...NAMESPACES,
      ...PRIVILEGE_ARGUMENTS[privilege],
      ...(hasNetwork(policy) ? [] : ["--unshare-net"]),
      ...BARE_VIEW,
      ...mountArguments(planMounts(view)),
      // What root may write there governs the whole machine.
      ...(process.getuid?.() === 0 ? ["--remount-ro", "/proc"] : []),
      "--seccomp",
      `${DESCRIPTORS.filter}`,
      "--json-status-fd",
      `${DESCRIPTORS.status}`,
      "--chdir",
      cwd,
      "--",
      ...(hasHelper
        ? [
            `/proc/self/fd/${DESCRIPTORS.helper}`,
            ...helperArguments({ ...landlockPlan(view), keep: asks ? WRAPPER_SOCKET : null, program, argv }),
          ]
        : argv),
    ];
  }
}

/**
 * Starts bubblewrap by way of the helper. Bubblewrap asks for the death signal itself, but late: when we were killed while
 * it sets up the sandbox, the command would run on. The watching helper asks at once, and ends everything then. In a
 * terminal the command keeps its place, right below bubblewrap; there the helper only asks.
 */
function tiedToUs(
  path: string,
  args: readonly string[],
  { interactive, terminal, asks }: Pick<Confined, "interactive" | "terminal" | "asks">,
): LaunchedProgram {
  const tie = {
    watch: !interactive,
    launcher: true,
    terminal,
    escalation: asks ? ESCALATION : null,
    filter: null,
    status: DESCRIPTORS.outerStatus,
    files: null,
  };
  return { type: "helper", args: helperArguments({ ...tie, program: path, argv: ["bwrap", ...args] }) };
}

/** The same policy once more, as far as Landlock can express it. */
function landlockPlan({ writable }: View): Omit<HelperPlan, "program" | "argv"> {
  const files = {
    listable: [],
    readable: ["/"],
    // `/dev/shm` is the command's own there.
    writable: [...writable, "/dev/shm"],
    devices: DEVICES,
    tcp: true, // the network namespace decides
  };
  return { watch: false, filter: null, status: DESCRIPTORS.innerStatus, files };
}

/** Bubblewrap says on its status descriptor how the command ended, and says nothing when it never ran. */
function setupFailure({ exitCode, stderr, status }: LaunchEnd): string | null {
  if (exitCode !== SETUP_FAILED_EXIT_CODE) return helperFailure(exitCode, status);
  if (status.includes('"exit-code"')) return null;
  const line = stderr.split("\n").find((line) => line.startsWith("bwrap: "));
  return line?.slice("bwrap: ".length) ?? "bubblewrap failed";
}
