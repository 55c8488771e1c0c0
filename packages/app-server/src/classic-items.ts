import { mentionSkills, type ThreadItem, type Turn } from "@heddle/protocol";
import type { OutgoingNotification } from "./notifications.ts";

/** A notification as clients of December 2025 know it: the same one, where they know it; null where they do not. */
export function toClassicNotification(notification: OutgoingNotification): OutgoingNotification | null {
  switch (notification.method) {
    case "item/started":
    case "item/completed": {
      const { item } = notification.params;
      const classic = toClassicItem(item);
      if (classic === item) return notification;
      return classic === null ? null : { ...notification, params: { ...notification.params, item: classic } };
    }
    default:
      return notification;
  }
}

/** Turns as clients of December 2025 know them. */
export function toClassicTurns(turns: readonly Turn[]): Turn[] {
  return turns.map((turn) => ({ ...turn, items: turn.items.flatMap((item) => toClassicItem(item) ?? []) }));
}

/** An item as clients of December 2025 know it: itself, unless it has something that came later. */
function toClassicItem(item: ThreadItem): ThreadItem | null {
  switch (item.type) {
    case "userMessage": {
      const hasSkills = item.content.some(({ type }) => type === "skill");
      return hasSkills ? { ...item, content: mentionSkills(item.content) } : item;
    }
    case "contextCompaction":
      return null; // `thread/compacted` tells them
    default:
      return item;
  }
}
