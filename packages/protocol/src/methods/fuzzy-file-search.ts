import type { Static } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const FuzzyFileSearchMatchTypeSchema = Type.Named("FuzzyFileSearchMatchType", Type.Enum(["file", "directory"]));

/** `path` is relative to `root`; `indices` are the positions in it that matched. `file_name` is spelled like this on the wire. */
export const FuzzyFileSearchResultSchema = Type.Named(
  "FuzzyFileSearchResult",
  Type.Object({
    root: Type.String(),
    path: Type.String(),
    file_name: Type.String(),
    score: Type.Uint32(),
    indices: Type.Nullable(Type.Array(Type.Uint32())),
    /** In the newer dialect; folders are not found. */
    match_type: Type.Optional(FuzzyFileSearchMatchTypeSchema),
  }),
);
export type FuzzyFileSearchResult = Static<typeof FuzzyFileSearchResultSchema>;

export const FuzzyFileSearchParamsSchema = Type.Named(
  "FuzzyFileSearchParams",
  Type.Object({ query: Type.String(), roots: Type.Array(Type.String()), cancellationToken: Type.Maybe(Type.String()) }),
);
export type FuzzyFileSearchParams = Static<typeof FuzzyFileSearchParamsSchema>;

export const FuzzyFileSearchResponseSchema = Type.Named(
  "FuzzyFileSearchResponse",
  Type.Object({ files: Type.Array(FuzzyFileSearchResultSchema) }),
);
export type FuzzyFileSearchResponse = Static<typeof FuzzyFileSearchResponseSchema>;

export const fuzzyFileSearch = defineMethod({
  method: "fuzzyFileSearch",
  direction: "clientToServer",
  params: FuzzyFileSearchParamsSchema,
  result: FuzzyFileSearchResponseSchema,
  doc: "Files whose path resembles a query, best first. A newer request with the same token ends an older one early.",
});
