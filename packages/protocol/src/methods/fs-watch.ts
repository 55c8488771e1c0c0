import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const FsWatchParamsSchema = Type.Named("FsWatchParams", Type.Object({ path: Type.String(), watchId: Type.String() }));

const FsWatchResponseSchema = Type.Named("FsWatchResponse", Type.Object({ path: Type.String() }));

export const fsWatch = defineMethod({
  method: "fs/watch",
  direction: "clientToServer",
  params: FsWatchParamsSchema,
  result: FsWatchResponseSchema,
  doc: "Tells this connection with `fs/changed` when a file or something in a folder changes. The answer has the path with its links resolved.",
});
