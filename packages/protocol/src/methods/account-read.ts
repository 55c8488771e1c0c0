import type { Static } from "@sinclair/typebox";
import { AccountSchema } from "../definitions/account.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const GetAccountParamsSchema = Type.Named(
  "GetAccountParams",
  Type.Object({ refreshToken: Type.OptionalWithDefault(Type.Boolean(), false) }),
);
export type GetAccountParams = Static<typeof GetAccountParamsSchema>;

export const GetAccountResponseSchema = Type.Named(
  "GetAccountResponse",
  Type.Object({ account: Type.Nullable(AccountSchema), requiresOpenaiAuth: Type.Boolean() }),
);
export type GetAccountResponse = Static<typeof GetAccountResponseSchema>;

export const accountRead = defineMethod({
  method: "account/read",
  direction: "clientToServer",
  params: GetAccountParamsSchema,
  result: GetAccountResponseSchema,
  doc: "Who is logged in, and whether the provider needs that at all.",
});
