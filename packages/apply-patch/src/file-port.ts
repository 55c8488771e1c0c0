/**
 * What planning needs of a file system. Paths are absolute. Errors are those of the system: anything thrown with a
 * `code` such as `EACCES`, and a `errno` where it is known, is reported in the system's words.
 */
export interface ReadPort {
  /** What stands at a path, a link not followed; null when nothing does, also below a file. */
  stat(path: string): Promise<FileStat | null>;
  read(path: string): Promise<Uint8Array>;
  /** The text of a symbolic link. */
  readLink(path: string): Promise<string>;
  /**
   * Where a directory really is: links followed, `.` and `..` resolved as the system does. The components that do not
   * exist are kept, with `.` and `..` among them resolved as text.
   */
  realDirectory(path: string): Promise<string>;
}

/** What stands at a path. */
export interface FileStat {
  readonly type: "file" | "directory" | "symlink" | "other";
  /** Permission bits, `0o644`. */
  readonly mode: number;
  /** How many names the file has. */
  readonly links: number;
  readonly owner: { readonly uid: number; readonly gid: number };
}

/**
 * What committing needs on top. Every path is one that planning resolved: its directory has no links in it. An
 * implementation that guards a set of directories checks each operation anew and throws an error with the code `EACCES`.
 */
export interface WritePort {
  /** A name for a file of our own beside `path`, not taken. The suffix tells what it is, should it be left behind. */
  temporaryName(path: string, purpose: "staged" | "backup"): string;
  /** Creates a file that must not exist yet, with the mode and, when permitted, the owner of `like`; null: of a new file. */
  create(path: string, content: Uint8Array, options: { readonly like: FileStat | null }): Promise<void>;
  /** Writes a file in place, so that all of its names see the new content. */
  overwrite(path: string, content: Uint8Array): Promise<void>;
  /** Gives a file a second name, which must not exist. May fail where the file system has no such thing. */
  link(existing: string, name: string): Promise<void>;
  /** Renames, replacing what stands at `to`. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a name. */
  remove(path: string): Promise<void>;
  /** Creates one directory, which must not exist. */
  makeDirectory(path: string): Promise<void>;
  /** Removes an empty directory. */
  removeDirectory(path: string): Promise<void>;
  /** Removes what a killed process of ours left behind in a directory. Never fails for what it cannot remove. */
  sweep(directory: string): Promise<void>;
}

/** A file system as patches need it. */
export interface FilePort extends ReadPort, WritePort {}
