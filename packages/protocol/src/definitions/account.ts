import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";
import { PlanTypeSchema } from "./rate-limits.ts";

export const AuthModeSchema = Type.Named("AuthMode", Type.Enum(["apikey", "chatgpt"]));
export type AuthMode = Static<typeof AuthModeSchema>;

export const AccountSchema = Type.Named(
  "Account",
  Type.Tagged([
    Type.Object({ type: Type.Tag("apiKey") }),
    Type.Object({ type: Type.Tag("chatgpt"), email: Type.String(), planType: PlanTypeSchema }),
  ]),
);
export type Account = Static<typeof AccountSchema>;
