import { resolveTarget } from "@heddle/sandbox";
import { basename, dirname, join, sep } from "node:path";

/**
 * Whether a file may be read, where some are hidden: for a patch that does not fit quotes the lines that it found, and
 * nobody has been asked by then. A hidden folder hides everything below it; links on the way to it are followed.
 */
export function readGuardOf(hidden: readonly string[]): (realPath: string) => boolean {
  let places: readonly string[] | null = null; // most turns read no file
  return (realPath) => {
    places ??= hidden.flatMap(placesOf);
    return !places.some((place) => realPath === place || realPath.startsWith(folderPrefix(place)));
  };
}

/** Both where a name leads and the name itself in its real folder: either may be the one that is read. */
function placesOf(path: string): readonly string[] {
  return [resolveTarget(path), join(resolveTarget(dirname(path)), basename(path))];
}

function folderPrefix(path: string): string {
  return path.endsWith(sep) ? path : path + sep;
}
