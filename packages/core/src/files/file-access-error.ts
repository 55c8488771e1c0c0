/** A write or read that a guard refused. It has the code of a system that refuses. */
export class FileAccessError extends Error {
  override readonly name = "FileAccessError";
  readonly code = "EACCES";
}

/** The error for a place that may not be touched. */
export function refused(path: string): FileAccessError {
  return new FileAccessError(`${path} is outside of what may be accessed`);
}

/** Whether an error of the system has one of the codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code);
}
