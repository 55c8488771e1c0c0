/**
 * The script of an argv that is exactly `[shell, "-lc" | "-c", script]` with bash, zsh or sh, in any folder and with
 * any extension; null for every other argv.
 */
export function shellScript(argv: readonly string[]): string | null {
  const [shell, flag, script] = argv;
  if (argv.length !== 3 || shell === undefined || script === undefined) return null;
  return (flag === "-lc" || flag === "-c") && SHELLS.has(fileStem(shell)) ? script : null;
}

const SHELLS = new Set(["bash", "zsh", "sh"]);

/** The last component of a path, of a Windows one too if it starts with a drive or a share. */
export function fileName(path: string): string {
  const slash = path.lastIndexOf("/");
  const backslash = path.lastIndexOf("\\");
  const isWindows = backslash > slash && /^(?:[A-Za-z]:)?\\/.test(path);
  return path.slice((isWindows ? backslash : slash) + 1);
}

/** The file name without its last extension. */
export function fileStem(path: string): string {
  const name = fileName(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}
