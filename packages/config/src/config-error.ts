/** What went wrong, for programs: nobody has to read the message. */
export type ConfigFailureKind =
  /** The home folder that the environment names is not there. */
  | "home"
  /** A file exists and cannot be read. */
  | "unreadable"
  /** A file cannot be written, or another process does not let go of it. */
  | "unwritable"
  /** Not TOML. */
  | "syntax"
  /** A value of the wrong type, or a key that has to be there and is not. */
  | "type"
  /** The right type and a value that the key does not take. */
  | "value"
  /** A key that nobody knows; a failure only in strict mode. */
  | "unknownKey"
  | "unknownProfile"
  /** A `-c key=value`, or a key of a request's `config`, that cannot be read. */
  | "override"
  /** A flag, profile or request that is looser than what the managed configuration allows. */
  | "managed"
  /** A file that the configuration names cannot be used. */
  | "file"
  /** An edit that would not have given what it was asked for; nothing was changed. */
  | "edit";

/** Where a configuration is wrong, and why. */
export interface ConfigFailure {
  readonly kind: ConfigFailureKind;
  /** The file, or `--config` for `-c`; null when no single place is to blame. */
  readonly file: string | null;
  /** Counted from 1; null when the place is not in a file, or not known. */
  readonly line: number | null;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number | null;
  /** Dotted path of the key, with quotes where a segment needs them. */
  readonly key: string | null;
  readonly reason: string;
}

/** The one error that leaves `@heddle/config`. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly failure: ConfigFailure;

  constructor(failure: Partial<ConfigFailure> & Pick<ConfigFailure, "kind" | "reason">, options?: ErrorOptions) {
    const whole = { file: null, line: null, column: null, key: null, ...failure };
    super(describe(whole), options);
    this.failure = whole;
  }
}

/** `<file>:<line>:<column>: <reason>`, then the key on a line of its own, as much of it as is known. */
function describe({ file, line, column, key, reason }: ConfigFailure): string {
  const place = [file, line, column].filter((part) => part !== null).join(":");
  return `${place === "" ? "" : `${place}: `}${reason}${key === null ? "" : `\nin \`${key}\``}`;
}
