import type { Static } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const LogoutAccountResponseSchema = Type.Named("LogoutAccountResponse", Type.Empty());
export type LogoutAccountResponse = Static<typeof LogoutAccountResponseSchema>;

export const accountLogout = defineMethod({
  method: "account/logout",
  direction: "clientToServer",
  params: null,
  result: LogoutAccountResponseSchema,
  doc: "Removes the credentials, also when there are none.",
});
