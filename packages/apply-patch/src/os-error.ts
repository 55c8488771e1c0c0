/** What is known of an error of the file port. */
export interface OsError {
  readonly code: string | null;
  /** `No such file or directory (os error 2)`. */
  readonly reason: string;
}

/** The errors of an operation that never reached the system. */
export type RefusalCode = "ENOENT" | "EISDIR" | "ENOTDIR" | "ELOOP" | "EINVAL";

const DESCRIPTIONS: Readonly<Record<string, readonly [errno: number, text: string]>> = {
  EPERM: [1, "Operation not permitted"],
  ENOENT: [2, "No such file or directory"],
  EIO: [5, "Input/output error"],
  EACCES: [13, "Permission denied"],
  EBUSY: [16, "Device or resource busy"],
  EEXIST: [17, "File exists"],
  EXDEV: [18, "Invalid cross-device link"],
  ENOTDIR: [20, "Not a directory"],
  EISDIR: [21, "Is a directory"],
  EINVAL: [22, "Invalid argument"],
  ENFILE: [23, "Too many open files in system"],
  EMFILE: [24, "Too many open files"],
  ETXTBSY: [26, "Text file busy"],
  EFBIG: [27, "File too large"],
  ENOSPC: [28, "No space left on device"],
  EROFS: [30, "Read-only file system"],
  EMLINK: [31, "Too many links"],
  ENAMETOOLONG: [36, "File name too long"],
  ENOTEMPTY: [39, "Directory not empty"],
  ELOOP: [40, "Too many levels of symbolic links"],
  EDQUOT: [122, "Disk quota exceeded"],
};

/** Reads what a file port threw. The words are those models have seen; the number is the system's own where it tells it. */
export function readOsError(error: unknown): OsError {
  const code = property(error, "code");
  const known = typeof code === "string" ? DESCRIPTIONS[code] : undefined;
  if (typeof code !== "string" || known === undefined) {
    return {
      code: typeof code === "string" ? code : null,
      reason: error instanceof Error ? error.message : String(error),
    };
  }
  const errno = property(error, "errno");
  const number = typeof errno === "number" && errno < 0 && errno > -4096 ? -errno : known[0];
  return { code, reason: `${known[1]} (os error ${number})` };
}

/** The same for an operation that is refused before it is tried. */
export function refusal(code: RefusalCode): OsError {
  return readOsError({ code });
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
