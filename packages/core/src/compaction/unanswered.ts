import type { ResponseItem } from "@heddle/models";
import { isContextMessage, isSkillMessage } from "../context/context-message.ts";
import type { History } from "../history/history.ts";
import { estimateItems } from "./token-estimate.ts";

/** How much of the window it may take. What is more than that is cut like everything that was said before. */
const SHARE = 0.5;
const USUAL_WINDOW = 128_000;

/**
 * What was said to the model, or shown to it, that it has not answered: nobody has worked on it yet, so a compaction must
 * keep it as it is, images and the texts of skills included.
 * @param window what the model can read, in tokens; null when it is not known.
 */
export function unansweredWords(
  { unanswered }: Pick<History, "unanswered">,
  window: number | null,
): readonly ResponseItem[] {
  const words = unanswered.filter(
    (item) => item.type === "message" && item.role === "user" && (!isContextMessage(item) || isSkillMessage(item)),
  );
  return estimateItems(words) <= (window ?? USUAL_WINDOW) * SHARE ? words : [];
}
