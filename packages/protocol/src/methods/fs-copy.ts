import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const FsCopyParamsSchema = Type.Named(
  "FsCopyParams",
  Type.Object({
    sourcePath: Type.String(),
    destinationPath: Type.String(),
    recursive: Type.OptionalWithDefault(Type.Boolean(), false),
  }),
);

const FsCopyResponseSchema = Type.Named("FsCopyResponse", Type.Empty());

export const fsCopy = defineMethod({
  method: "fs/copy",
  direction: "clientToServer",
  params: FsCopyParamsSchema,
  result: FsCopyResponseSchema,
  doc: "Copies a file, or with `recursive` a folder.",
});
