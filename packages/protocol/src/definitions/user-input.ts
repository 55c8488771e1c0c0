import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/** One piece of what a person sends with a turn. A local image is read when the turn starts and shown as `image`. */
export const UserInputSchema = Type.Named(
  "UserInput",
  Type.Tagged([
    Type.Object({ type: Type.Tag("text"), text: Type.String() }),
    Type.Object({ type: Type.Tag("image"), url: Type.String() }),
    Type.Object({ type: Type.Tag("localImage"), path: Type.String() }),
  ]),
);
export type UserInput = Static<typeof UserInputSchema>;
