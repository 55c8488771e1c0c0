import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/** `inline`: on the thread itself; `detached`: on a fork of it. */
export const ReviewDeliverySchema = Type.Named("ReviewDelivery", Type.Enum(["inline", "detached"]));
export type ReviewDelivery = Static<typeof ReviewDeliverySchema>;

export const ReviewTargetSchema = Type.Named(
  "ReviewTarget",
  Type.Tagged([
    Type.Object({ type: Type.Tag("uncommittedChanges") }),
    Type.Object({ type: Type.Tag("baseBranch"), branch: Type.String() }),
    Type.Object({ type: Type.Tag("commit"), sha: Type.String(), title: Type.Maybe(Type.String()) }),
    Type.Object({ type: Type.Tag("custom"), instructions: Type.String() }),
  ]),
);
export type ReviewTarget = Static<typeof ReviewTargetSchema>;
