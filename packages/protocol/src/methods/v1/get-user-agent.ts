import type { Static } from "@sinclair/typebox";
import { defineMethod } from "../../define.ts";
import { Type } from "../../schema/type.ts";

export const GetUserAgentResponseSchema = Type.Named("GetUserAgentResponse", Type.Object({ userAgent: Type.String() }));
export type GetUserAgentResponse = Static<typeof GetUserAgentResponseSchema>;

/** Of the first generation of the API; `initialize` gives the same answer. */
export const getUserAgent = defineMethod({
  method: "getUserAgent",
  direction: "clientToServer",
  params: null,
  result: GetUserAgentResponseSchema,
  doc: "How the server names itself and this client to model endpoints.",
});
