import { closeSync } from "node:fs";
import { WRAPPER_SOCKET } from "../escalation/escalation.ts";
import { Guard } from "../guard.ts";
import { isWithin } from "../paths.ts";
import { hasNetwork } from "../policy.ts";
import type { Confined, ConfinedLaunch, Rung } from "../rung.ts";
import { SandboxError } from "../sandbox-error.ts";
import { FilterFiles } from "../seccomp/filter-files.ts";
import { helperFailure } from "../status.ts";
import { openUnnamedFile } from "../unnamed-file.ts";
import { ViewReader, type ViewSettings } from "../view/read-view.ts";
import type { View } from "../view/view.ts";
import { DEVICES, helperArguments, type AllowedFiles } from "./arguments.ts";
import { readablePaths } from "./readable.ts";

export interface HelperOptions extends ViewSettings {
  /** An open file with the helper; stays the caller's. */
  readonly helper: number;
  /** Version of Landlock's interface. */
  readonly landlockAbi: number;
}

/** The version from which on Landlock knows `truncate`. */
const ABI_WITH_TRUNCATE = 3;

// The numbers that descriptors have in the child.
const FILTER = 3;
const STATUS = 4;
const HELPER = 5;
const CONTROL = 6;

/**
 * The second rung, for machines without user namespaces: the helper with Landlock and our system call filter. It leaves
 * gaps, hence "reduced": what is protected in a root can be changed and is put back afterwards, and metadata of files
 * outside (mode, owner, times) can be changed.
 */
export class HelperRung implements Rung {
  readonly level = "reduced";
  readonly #options: HelperOptions;
  readonly #views: ViewReader;
  readonly #filters: FilterFiles;
  readonly #guard = new Guard();

  constructor(options: HelperOptions) {
    this.#options = options;
    this.#views = new ViewReader({ ...options, allowUnixSockets: false }, { hidesAbstractSockets: false });
    this.#filters = new FilterFiles(options.stateDir);
  }

  confine({ argv, program, policy, sandboxCwd, terminal, wrappers }: Confined): ConfinedLaunch {
    const { stateDir, helper, landlockAbi } = this.#options;
    const { view, absent, links } = this.#views.read(policy, sandboxCwd);
    const files = allowedFiles(view, { tcp: hasNetwork(policy) });
    const opened: number[] = [];
    let unguard = (): string[] => [];
    const release = (): void => {
      unguard();
      for (const descriptor of opened) closeSync(descriptor);
    };
    try {
      const filter = this.#filters.open({
        sockets: hasNetwork(policy) ? "internet" : "none",
        withoutTruncate: landlockAbi < ABI_WITH_TRUNCATE,
      });
      opened.push(filter);
      const status = openUnnamedFile(stateDir);
      opened.push(status);
      unguard = this.#guard.watch([...view.readOnly, ...absent, ...links]);
      const escalation = wrappers === null ? null : { control: CONTROL, socket: WRAPPER_SOCKET };
      const tie = { watch: true, terminal, escalation, parent: process.pid };
      const plan = { ...tie, filter: FILTER, status: STATUS, files, program, argv };
      return {
        file: `/proc/self/fd/${HELPER}`,
        args: helperArguments(plan),
        descriptors: [filter, status, helper, wrappers],
        hasTerminal: terminal !== null,
        tree: "watched",
        settle: ({ exitCode }) => ({ setupFailure: helperFailure(exitCode, status), tampered: unguard() }),
        release,
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  close(): void {
    this.#filters.close();
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
