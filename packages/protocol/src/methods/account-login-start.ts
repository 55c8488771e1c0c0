import type { Static } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const LoginAccountParamsSchema = Type.Named(
  "LoginAccountParams",
  Type.Tagged([
    Type.Object({ type: Type.Tag("apiKey"), apiKey: Type.String() }),
    Type.Object({ type: Type.Tag("chatgpt") }),
  ]),
);
export type LoginAccountParams = Static<typeof LoginAccountParamsSchema>;

export const LoginAccountResponseSchema = Type.Named(
  "LoginAccountResponse",
  Type.Tagged([
    Type.Object({ type: Type.Tag("apiKey") }),
    Type.Object({ type: Type.Tag("chatgpt"), loginId: Type.String(), authUrl: Type.String() }),
  ]),
);
export type LoginAccountResponse = Static<typeof LoginAccountResponseSchema>;

export const accountLoginStart = defineMethod({
  method: "account/login/start",
  direction: "clientToServer",
  params: LoginAccountParamsSchema,
  result: LoginAccountResponseSchema,
  doc: "Stores an API key, or begins a login in the browser; `account/login/completed` tells its end.",
});
