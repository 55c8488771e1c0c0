import { Guard } from "../guard.ts";
import { isWithin } from "../paths.ts";
import { hasNetwork } from "../policy.ts";
import type { Confined, ConfinedLaunch, Rung } from "../rung.ts";
import { SandboxError } from "../sandbox-error.ts";
import { DESCRIPTORS } from "../process/launch.ts";
import { Filters } from "../seccomp/filters.ts";
import { helperFailure } from "../status.ts";
import { ViewReader, type ViewSettings } from "../view/read-view.ts";
import type { View } from "../view/view.ts";
import { DEVICES, ESCALATION, helperArguments, type AllowedFiles } from "./arguments.ts";
import { readablePaths } from "./readable.ts";

export interface HelperOptions extends ViewSettings {
  /** Version of Landlock's interface. */
  readonly landlockAbi: number;
}

/** The version from which on Landlock knows `truncate`. */
const ABI_WITH_TRUNCATE = 3;

/**
 * The second rung, for machines without user namespaces: the helper with Landlock and our system call filter. It leaves
 * gaps, hence "reduced"; see `helperGaps`: what is protected in a root is put back afterwards.
 */
export class HelperRung implements Rung {
  readonly level = "reduced";
  readonly #options: HelperOptions;
  readonly #views: ViewReader;
  readonly #filters = new Filters();
  readonly #guard = new Guard();

  constructor(options: HelperOptions) {
    this.#options = options;
    this.#views = new ViewReader({ ...options, allowUnixSockets: false }, { hidesAbstractSockets: false });
  }

  confine({ argv, program, policy, sandboxCwd, terminal, asks }: Confined): ConfinedLaunch {
    const { landlockAbi } = this.#options;
    const { view, absent, links } = this.#views.read(policy, sandboxCwd);
    const files = allowedFiles(view, { tcp: hasNetwork(policy) });
    const filter = this.#filters.get({
      sockets: hasNetwork(policy) ? "internet" : "none",
      withoutTruncate: landlockAbi < ABI_WITH_TRUNCATE,
    });
    const { filter: filterAt, status: statusAt } = DESCRIPTORS;
    const escalation = asks ? ESCALATION : null;
    const plan = { watch: true, terminal, escalation, filter: filterAt, status: statusAt, files, program, argv };
    const unguard = this.#guard.watch([...view.readOnly, ...absent, ...links]);
    return {
      program: { type: "helper", args: helperArguments(plan) },
      filter,
      hasTerminal: terminal !== null,
      tree: "watched",
      settle: ({ exitCode, status }) => ({ setupFailure: helperFailure(exitCode, status), tampered: unguard() }),
      release: () => void unguard(),
    };
  }
}

/** The view in Landlock's terms. */
function allowedFiles(
  { writable, privateFolders, hiddenFolders, hiddenFiles }: View,
  { tcp }: { tcp: boolean },
): AllowedFiles {
  const hidden = [...hiddenFolders, ...hiddenFiles, ...privateFolders.map(({ path }) => path)];
  for (const path of hidden) {
    if (writable.some((root) => isWithin(path, root))) {
      const reason = "it has to be hidden and lies in a writable root, which takes bubblewrap";
      throw new SandboxError({ kind: "unenforceable", path, reason });
    }
  }
  return {
    listable: ["/"],
    readable: [...readablePaths("/", hidden), ...privateFolders.flatMap(({ visible }) => visible)],
    writable,
    devices: DEVICES,
    tcp,
  };
}
