import type { ConfigError, ConfigWarning } from "@heddle/config";
import type { ConfigWarningNotification } from "@heddle/protocol";
import { isAbsolute } from "node:path";

/** What is wrong with the configuration of a process: each thing once, for the clients that are here and those to come. */
export interface ConfigWarnings {
  /** A configuration was loaded: it can be used, and may have something in it that is not. */
  loaded(warnings: readonly ConfigWarning[]): Promise<void>;
  /** The configuration of the whole process cannot be used. */
  refused(error: ConfigError): void;
  /** Those that hold. */
  current(): readonly ConfigWarningNotification[];
  /** Hears what is found from now on. */
  onFound(listener: (warning: ConfigWarningNotification) => void): void;
}

export function createConfigWarnings(): ConfigWarnings {
  const known = new Set<string>();
  const found: ConfigWarningNotification[] = [];
  let refusal: ConfigWarningNotification | null = null;
  let tell: (warning: ConfigWarningNotification) => void = () => {};

  const note = async (warning: ConfigWarning): Promise<void> => {
    if (known.has(warning.message)) return;
    known.add(warning.message);
    const { reason: summary, file: path } = warning;
    const told = { summary, details: null, path, range: await warning.locate() };
    found.push(told);
    tell(told);
  };
  return {
    async loaded(warnings) {
      refusal = null;
      await Promise.all(warnings.map(note));
    },
    refused(error) {
      const { file, line, column } = error.failure;
      const place = line === null ? null : { line, column: column ?? 1 };
      refusal = {
        summary: "The configuration cannot be used: no thread begins until it is mended.",
        details: error.message,
        path: file !== null && isAbsolute(file) ? file : null,
        range: place === null ? null : { start: place, end: place },
      };
      tell(refusal);
    },
    current: () => (refusal === null ? found : [refusal, ...found]),
    onFound: (listener) => void (tell = listener),
  };
}
