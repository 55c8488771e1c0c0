import { Type } from "./schema/type.ts";

declare const kind: unique symbol;

/** A string that names one kind of thing, so that an item id cannot be passed as a turn id. Opaque: nobody parses it. */
type Id<Kind extends string> = string & { readonly [kind]: Kind };

/** Names a thread, for ever: the same on disk, on the wire and after a resume. */
export type ThreadId = Id<"thread">;
/** Names a turn inside its thread. */
export type TurnId = Id<"turn">;
/** Names an item inside its turn, together with the item's type: a review marker shares its id with its turn. */
export type ItemId = Id<"item">;
/** The model's name for one of its tool calls; items made by a call carry it as their id. */
export type CallId = Id<"call">;

/* oxlint-disable typescript/no-unsafe-type-assertion -- the one place where text becomes an id */

export function threadId(text: string): ThreadId {
  return text as ThreadId;
}

export function turnId(text: string): TurnId {
  return text as TurnId;
}

export function itemId(text: string): ItemId {
  return text as ItemId;
}

export function callId(text: string): CallId {
  return text as CallId;
}

export const ThreadIdSchema = Type.Id<ThreadId>();
export const TurnIdSchema = Type.Id<TurnId>();
export const ItemIdSchema = Type.Id<ItemId>();
