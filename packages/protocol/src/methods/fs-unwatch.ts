import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const FsUnwatchParamsSchema = Type.Named("FsUnwatchParams", Type.Object({ watchId: Type.String() }));

const FsUnwatchResponseSchema = Type.Named("FsUnwatchResponse", Type.Empty());

export const fsUnwatch = defineMethod({
  method: "fs/unwatch",
  direction: "clientToServer",
  params: FsUnwatchParamsSchema,
  result: FsUnwatchResponseSchema,
  doc: "Ends a watch.",
});
