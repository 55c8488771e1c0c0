/** How much of a work tree is looked at and kept. What lies beyond is told as not covered. */
export interface TreeLimits {
  readonly maxFiles: number;
  /** Of one file: larger ones are noticed, and not kept. */
  readonly maxFileBytes: number;
  /** Of all contents that one look at the tree adds to the store. */
  readonly maxBytesPerLook: number;
  /** How long one look may take; a command waits for it. */
  readonly maxMs: number;
}

export const DEFAULT_LIMITS: TreeLimits = {
  maxFiles: 200_000,
  maxFileBytes: 2 * 1024 ** 2,
  maxBytesPerLook: 256 * 1024 ** 2,
  maxMs: 5_000,
};

/** What version control and package managers make, and can make again; `.git` is never ours to change. */
const NEVER_COVERED: ReadonlySet<string> = new Set([
  ".git",
  ".hg",
  ".svn",
  "node_modules",
  ".venv",
  "venv",
  "__pycache__",
  ".pytest_cache",
  ".mypy_cache",
  ".cache",
  ".tox",
]);
/** What is built in many projects and written by hand in some: covered where a file of it is tracked. */
const MOSTLY_BUILT: ReadonlySet<string> = new Set(["dist", "build", "target", "env", ".env"]);

/** Whether a folder is left out by its name. `isTracked` tells whether version control has a file in it. */
export function isLeftOut(name: string, isTracked: () => boolean): boolean {
  return NEVER_COVERED.has(name) || (MOSTLY_BUILT.has(name) && !isTracked());
}
