import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const FsRemoveParamsSchema = Type.Named(
  "FsRemoveParams",
  Type.Object({ path: Type.String(), recursive: Type.Maybe(Type.Boolean()), force: Type.Maybe(Type.Boolean()) }),
);

const FsRemoveResponseSchema = Type.Named("FsRemoveResponse", Type.Empty());

export const fsRemove = defineMethod({
  method: "fs/remove",
  direction: "clientToServer",
  params: FsRemoveParamsSchema,
  result: FsRemoveResponseSchema,
  doc: "Removes a file, or a folder with all that is in it unless `recursive` is false. A missing one is no error unless `force` is false.",
});
