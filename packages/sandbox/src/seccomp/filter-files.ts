import { closeSync } from "node:fs";
import { reopenForReading, unnamedFileWith } from "../unnamed-file.ts";
import { filterArch, seccompFilter, type FilterOptions } from "./filter.ts";

/** Filters on files that nobody can change, each assembled once. */
export class FilterFiles {
  readonly #folder: string;
  readonly #files = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A descriptor to read a filter from, for one command; the caller closes it. */
  open(options: Omit<FilterOptions, "arch">): number {
    const key = JSON.stringify(options);
    let file = this.#files.get(key);
    if (file === undefined) {
      const arch = filterArch(process.arch);
      if (arch === null) throw new Error(`no system call filter for ${process.arch}`); // the probe has excluded it
      file = unnamedFileWith(this.#folder, seccompFilter({ arch, ...options }));
      this.#files.set(key, file);
    }
    return reopenForReading(file);
  }

  close(): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
  }
}
