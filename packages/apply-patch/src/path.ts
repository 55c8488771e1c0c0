/** Whether a path is absolute: `/x`, and on Windows `C:\x` or `\\server\share`. */
function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") || path.startsWith("\\\\") || /^[A-Za-z]:[\\/]/.test(path);
}

/** `path` seen from the directory `base`: joined as text, `.` and `..` left as they are. */
export function joinPath(base: string, path: string): string {
  if (isAbsolutePath(path)) return path;
  return isSeparator(base.at(-1)) ? base + path : `${base}/${path}`;
}

/** The directory part; that of a root is the root. */
export function directoryOf(path: string): string {
  const at = lastSeparator(path);
  if (at < 0) return path;
  return at === 0 || path[at - 1] === ":" ? path.slice(0, at + 1) : path.slice(0, at);
}

/** The last component. */
export function baseName(path: string): string {
  return path.slice(lastSeparator(path) + 1);
}

/** Whether `path` is below `directory`, component by component. */
export function isBelow(path: string, directory: string): boolean {
  if (!path.startsWith(directory)) return false;
  return isSeparator(directory.at(-1)) || isSeparator(path[directory.length]);
}

/** The directories above a path, the nearest first, the root last. */
export function* directoriesAbove(path: string): Generator<string, void, undefined> {
  let current = path;
  for (let parent = directoryOf(current); parent !== current; parent = directoryOf(current)) {
    yield parent;
    current = parent;
  }
}

/** A path starts with a drive letter or a double backslash where `\` separates; elsewhere it is part of a name. */
function lastSeparator(path: string): number {
  const slash = path.lastIndexOf("/");
  return path.startsWith("/") ? slash : Math.max(slash, path.lastIndexOf("\\"));
}

function isSeparator(character: string | undefined): boolean {
  return character === "/" || character === "\\";
}
