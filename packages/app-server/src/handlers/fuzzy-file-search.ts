import type { FuzzyFileSearchResult } from "@heddle/protocol";
import { basename, resolve } from "node:path";
import type { Handler } from "./handler.ts";

/** `fuzzyFileSearch`: the best files of each root, in one order: by score, then by path. */
export const searchFiles: Handler<"fuzzyFileSearch"> = async ({ query, roots, cancellationToken }, call) => {
  const { host, peer } = call.session;
  using search = host.fileSearch.begin(peer, cancellationToken ?? null);
  const signal = AbortSignal.any([call.signal, search.signal]);
  const later = call.session.dialect === "newer" ? { match_type: "file" as const } : {};
  const found: FuzzyFileSearchResult[] = [];
  // One after the other: a listing takes all processors as it is.
  for (const root of roots) {
    const files = await host.fileSearch.find(query, resolve(host.cwd, root), signal);
    for (const { path, score, indices } of files) {
      found.push({ root, path, file_name: basename(path), score, indices: [...indices], ...later });
    }
  }
  return { files: found.sort(compare) };
};

function compare(one: FuzzyFileSearchResult, other: FuzzyFileSearchResult): number {
  return other.score - one.score || Buffer.compare(Buffer.from(one.path), Buffer.from(other.path));
}
