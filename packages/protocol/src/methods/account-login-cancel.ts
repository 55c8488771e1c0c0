import type { Static } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const CancelLoginAccountParamsSchema = Type.Named(
  "CancelLoginAccountParams",
  Type.Object({ loginId: Type.String() }),
);
export type CancelLoginAccountParams = Static<typeof CancelLoginAccountParamsSchema>;

export const CancelLoginAccountResponseSchema = Type.Named("CancelLoginAccountResponse", Type.Empty());
export type CancelLoginAccountResponse = Static<typeof CancelLoginAccountResponseSchema>;

export const accountLoginCancel = defineMethod({
  method: "account/login/cancel",
  direction: "clientToServer",
  params: CancelLoginAccountParamsSchema,
  result: CancelLoginAccountResponseSchema,
  doc: "Gives up a login in the browser.",
});
