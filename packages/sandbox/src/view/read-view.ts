import { dirname, join } from "node:path";
import { protectedTargets } from "./git-pointer.ts";
import { entryAt, isWithin, realPathOf } from "../paths.ts";
import { hasNetwork, type Environment, type SandboxPolicy } from "../policy.ts";
import { SandboxError } from "../sandbox-error.ts";
import { heddleHome, namedRoots, PROTECTED_NAMES } from "../writable-roots.ts";
import { socketsToHide } from "./unix-sockets.ts";
import type { PrivateFolder, View } from "./view.ts";

/** What commands never get to see or change, and where the policies get their roots from. */
export interface ViewSettings {
  readonly env: Environment;
  /** Files of ours that hold secrets; see `SandboxOptions.credentials`. */
  readonly credentials: readonly string[];
  readonly denyRead: readonly string[];
  /** Lets commands make AF_UNIX sockets. */
  readonly allowUnixSockets: boolean;
  /** Where we keep files of our own: never writable, wherever it lies. */
  readonly stateDir: string;
}

/** A view, and what has to be made before it can be mounted. */
export interface ReadView {
  readonly view: View;
  /** Protected names that are not there: each needs an empty folder to mount upon. */
  readonly absent: readonly string[];
  /** Protected names that are symbolic links: nothing can be mounted on those, so they have to be watched. */
  readonly links: readonly string[];
}

/** What commands need of Heddle's home: launchers on the PATH, and texts that people and models are pointed to. */
const VISIBLE_IN_HOME = {
  folders: ["bin", "skills", "prompts", "shell_snapshots", "policy"],
  files: ["config.toml", "AGENTS.md", "AGENTS.override.md"],
};
const NO_SOCKETS = { hiddenFolders: [], hiddenFiles: [] };
/** Never a root: what lies there is the sandbox's own or the kernel's. */
const SYSTEM_FOLDERS = ["/proc", "/sys", "/dev"];

/**
 * Reads from the file system what a policy means at this moment: which roots exist, what in them is protected.
 * Done for every command, as the commands before may have changed it.
 */
export class ViewReader {
  readonly #settings: ViewSettings;
  readonly #hidesAbstractSockets: boolean;
  /** What each root was when it was first used. */
  readonly #knownRoots = new Map<string, string>();

  /** @param options whether abstract sockets outside are out of reach whatever the policy. */
  constructor(settings: ViewSettings, { hidesAbstractSockets }: { readonly hidesAbstractSockets: boolean }) {
    this.#settings = settings;
    this.#hidesAbstractSockets = hidesAbstractSockets;
  }

  /** @throws SandboxError `unenforceable` for a root that cannot be given or is no longer what it was. */
  read(policy: SandboxPolicy, sandboxCwd: string): ReadView {
    const { credentials, denyRead, stateDir, env } = this.#settings;
    const writable = new Set<string>();
    const own = [stateDir, heddleHome(env)].filter((path) => path !== null);
    const protectedPaths = new Map(own.map((path) => [path, { protectAbsent: true }]));
    for (const { path, protectAbsent } of namedRoots(policy, sandboxCwd, env)) {
      const root = this.#rootAt(path);
      if (root === null) continue;
      writable.add(root);
      for (const name of PROTECTED_NAMES) {
        const child = join(root, name);
        if (!protectedPaths.has(child) || protectAbsent) protectedPaths.set(child, { protectAbsent });
        for (const target of protectedTargets(child)) protectedPaths.set(target, { protectAbsent: true });
      }
    }
    const cwd = realPathOf(sandboxCwd) ?? sandboxCwd;
    const { readOnly, absent, links } = sortProtected(protectedPaths, writable);
    const { privateFolders, hiddenFiles } = hideCredentials(credentials, { cwd, writable });
    const denied = denyRead.map(realPathOf).filter((path) => path !== null);
    const hiddenFolders = denied.filter((path) => entryAt(path)?.isDirectory() === true);
    const deniedFiles = denied.filter((path) => entryAt(path)?.isDirectory() === false);
    const sockets = this.unixSockets(policy) ? socketsToHide(env, [...writable]) : NO_SOCKETS;
    const view = {
      writable: [...writable],
      readOnly,
      privateFolders,
      hiddenFolders: [...hiddenFolders, ...sockets.hiddenFolders],
      hiddenFiles: [...hiddenFiles, ...deniedFiles, ...sockets.hiddenFiles],
    };
    return { view, absent, links };
  }

  /**
   * Whether commands under this policy may make AF_UNIX sockets. With network they have no network namespace of their
   * own and would reach abstract sockets, which no mount can hide: then only where Landlock keeps them from that.
   */
  unixSockets(policy: SandboxPolicy): boolean {
    return this.#settings.allowUnixSockets && (this.#hidesAbstractSockets || !hasNetwork(policy));
  }

  /**
   * The real path of a root; null when it does not exist. A command could put a link to somewhere else in the place of a
   * root that lies below another root, so a root has to stay what it was at first.
   */
  #rootAt(path: string): string | null {
    const root = realPathOf(path);
    if (root === null) return null;
    const known = this.#knownRoots.get(path);
    if (known !== undefined && known !== root) {
      throw unenforceable(path, `it was ${known} and has become ${root}; start again if that is meant to be`);
    }
    if (SYSTEM_FOLDERS.some((folder) => isWithin(root, folder)) && !isWithin(root, "/dev/shm")) {
      throw unenforceable(path, "folders of the system cannot be made writable; take it out of the writable roots");
    }
    this.#knownRoots.set(path, root);
    return root;
  }
}

/** Which protected paths are there, which are links, and which have to be kept from being made. */
function sortProtected(
  protectedPaths: ReadonlyMap<string, { readonly protectAbsent: boolean }>,
  writable: ReadonlySet<string>,
): { readonly readOnly: string[]; readonly absent: string[]; readonly links: string[] } {
  const readOnly: string[] = [];
  const links: string[] = [];
  const absent = new Set<string>();
  for (const [path, { protectAbsent }] of protectedPaths) {
    if (![...writable].some((root) => isWithin(path, root))) continue; // read-only anyway
    const entry = entryAt(path);
    if (entry === null) {
      if (protectAbsent) absent.add(firstMissing(path));
    } else if (entry.isSymbolicLink()) {
      links.push(path);
    } else {
      readOnly.push(path);
    }
  }
  return { readOnly, absent: [...absent], links };
}

/** The nearest to `/` of the folders that `path` lacks: with that kept empty, nothing below can be made. */
function firstMissing(path: string): string {
  const parent = dirname(path);
  return parent === path || entryAt(parent) !== null ? path : firstMissing(parent);
}

/**
 * How credentials are hidden. Not file by file: a file that is replaced while a command runs would show through, as
 * replacing a file takes away every mount on it. So all that lies beside them goes, too, but for what
 * commands need.
 */
function hideCredentials(
  credentials: readonly string[],
  { cwd, writable }: { readonly cwd: string; readonly writable: ReadonlySet<string> },
): Pick<View, "privateFolders" | "hiddenFiles"> {
  const homes = new Set(credentials.map((path) => realPathOf(dirname(path))).filter((path) => path !== null));
  const privateFolders: PrivateFolder[] = [];
  const hiddenFiles: string[] = [];
  for (const home of homes) {
    if (home === cwd || writable.has(home)) {
      // The workspace itself: nothing but the files alone can be hidden.
      hiddenFiles.push(...credentials.filter((file) => realPathOf(dirname(file)) === home && entryAt(file) !== null));
      continue;
    }
    const at = (name: string): string => join(home, name);
    const visible = [
      ...VISIBLE_IN_HOME.folders.map(at).filter((folder) => entryAt(folder)?.isDirectory() === true),
      ...VISIBLE_IN_HOME.files.map(at).filter((file) => entryAt(file)?.isFile() === true),
    ];
    if (isWithin(cwd, home)) visible.push(cwd);
    privateFolders.push({ path: home, visible });
  }
  return { privateFolders, hiddenFiles };
}

function unenforceable(path: string, reason: string): SandboxError {
  return new SandboxError({ kind: "unenforceable", path, reason });
}
