import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const FsReadFileParamsSchema = Type.Named("FsReadFileParams", Type.Object({ path: Type.String() }));

const FsReadFileResponseSchema = Type.Named("FsReadFileResponse", Type.Object({ dataBase64: Type.String() }));

export const fsReadFile = defineMethod({
  method: "fs/readFile",
  direction: "clientToServer",
  params: FsReadFileParamsSchema,
  result: FsReadFileResponseSchema,
  doc: "The content of a file. Paths of all fs methods are absolute; what sandboxed commands may not read or write, they may not.",
});
