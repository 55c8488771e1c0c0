import type { Static } from "@sinclair/typebox";
import { ItemIdSchema, TurnIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";
import { ThreadItemSchema } from "./thread-item.ts";

export const SortDirectionSchema = Type.Named("SortDirection", Type.Enum(["asc", "desc"]));
export type SortDirection = Static<typeof SortDirectionSchema>;

/** How much of its items a turn in a list has: none, what was asked and what was answered, or all. */
export const TurnItemsViewSchema = Type.Named("TurnItemsView", Type.Enum(["notLoaded", "summary", "full"]));
export type TurnItemsView = Static<typeof TurnItemsViewSchema>;

/** Of which items the output, which may be long, is left out. */
export const ThreadItemOutputDeferralSchema = Type.Named(
  "ThreadItemOutputDeferral",
  Type.Object({
    commandExecution: Type.OptionalWithDefault(Type.Boolean(), false),
    mcpToolCall: Type.OptionalWithDefault(Type.Boolean(), false),
  }),
);
export type ThreadItemOutputDeferral = Static<typeof ThreadItemOutputDeferralSchema>;

/** Begins a page at an item instead of at a cursor. */
const ThreadItemsListAnchorSchema = Type.Named(
  "ThreadItemsListAnchor",
  Type.Object({ type: Type.Tag("item"), itemId: ItemIdSchema }),
);
export type ThreadItemsListAnchor = Static<typeof ThreadItemsListAnchorSchema>;

export const ThreadItemsListCursorSchema = Type.Named(
  "ThreadItemsListCursor",
  Type.Union([Type.String(), ThreadItemsListAnchorSchema]),
);
export type ThreadItemsListCursor = Static<typeof ThreadItemsListCursorSchema>;

export const ThreadItemEntrySchema = Type.Named(
  "ThreadItemEntry",
  Type.Object({
    turnId: TurnIdSchema,
    item: ThreadItemSchema,
    /** The item has an output that was left out: it comes when the item is asked for without deferral. */
    outputDeferred: Type.Optional(Type.Boolean()),
  }),
);
export type ThreadItemEntry = Static<typeof ThreadItemEntrySchema>;
