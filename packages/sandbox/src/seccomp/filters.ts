import { filterArch, seccompFilter, type FilterOptions } from "./filter.ts";

/** Filters for this machine, each assembled once. */
export class Filters {
  readonly #assembled = new Map<string, Uint8Array>();

  get(options: Omit<FilterOptions, "arch">): Uint8Array {
    const key = JSON.stringify(options);
    let filter = this.#assembled.get(key);
    if (filter === undefined) {
      const arch = filterArch(process.arch);
      if (arch === null) throw new Error(`no system call filter for ${process.arch}`); // the probe has excluded it
      filter = seccompFilter({ arch, ...options });
      this.#assembled.set(key, filter);
    }
    return filter;
  }
}
