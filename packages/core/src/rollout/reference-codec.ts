import {
  itemId,
  turnId,
  type ItemId,
  type JsonObject,
  type JsonValue,
  type ThreadItem,
  type ThreadTokenUsage,
  type TokenUsageBreakdown,
  type Turn,
  type UserInput,
} from "@heddle/protocol";
import { parseReview, renderReview } from "../review/review-output.ts";
import { elementsOf, fieldsOf, isObject, numberOf, textOf } from "./json.ts";
import type { RolloutLine } from "./reader.ts";
import { abandonItem, answerItem, readItemFact, type CallSurroundings, type OpenItem } from "./reference-items.ts";
import { decodeSessionMeta } from "./session-meta.ts";

/**
 * The turns that the reference has recorded in a rollout, in wire form; none in a rollout of ours. Its files hold no
 * ids: turns are `turn-1`, `turn-2`, ... and items `item-1`, `item-2`, ..., except where an item has that of its call.
 * It does not record failures either, so that a turn was completed unless it was aborted.
 * Source: app-server spec, "thread/resume", and engine spec, section 21.4.
 */
export function readReferenceTurns(lines: readonly RolloutLine[]): Turn[] {
  return readTurns(lines).finish();
}

/** Where the turns that the reference has recorded begin: with the message of the user, as the model was told it. */
export function referenceTurnStarts(lines: readonly RolloutLine[]): { readonly id: string; readonly line: number }[] {
  return readTurns(lines)
    .starts()
    .map(({ id, line }) => ({ id, line: isUserItem(lines[line - 1]) ? line - 1 : line }));
}

function readTurns(lines: readonly RolloutLine[]): ReferenceTurns {
  const turns = new ReferenceTurns();
  if (!lines.some(({ type }) => type === "event_msg")) return turns; // nothing here is the reference's
  for (const [at, line] of lines.entries()) turns.read(line, at);
  return turns;
}

function isUserItem(line: RolloutLine | undefined): boolean {
  const { type, role } = fieldsOf(line?.payload);
  return line?.type === "response_item" && type === "message" && role === "user";
}

/** The token usage that the reference has recorded last, null when it has recorded none. */
export function readReferenceUsage(lines: readonly RolloutLine[]): ThreadTokenUsage | null {
  const line = lines.findLast(({ type, payload }) => {
    const { type: event, info } = fieldsOf(payload);
    return type === "event_msg" && event === "token_count" && isObject(info);
  });
  if (line === undefined) return null;
  const info = fieldsOf(fieldsOf(line.payload)["info"]);
  return {
    total: decodeUsage(info["total_token_usage"]),
    last: decodeUsage(info["last_token_usage"]),
    modelContextWindow: numberOf(info["model_context_window"]),
  };
}

/** An item in the making: what it is so far, and nothing once it turns out to be none. */
interface Slot {
  item: ThreadItem | null;
}

interface TurnDraft {
  readonly id: string;
  /** Index of the line that began it. */
  readonly line: number;
  readonly slots: Slot[];
  /** Calls without an answer so far. */
  readonly open: Map<string, { readonly slot: Slot; readonly item: OpenItem }>;
  aborted: boolean;
  /** While a reviewer works: `asked` until it is known what it was asked, and that afterwards. Else null. */
  review: string | null;
}

class ReferenceTurns {
  readonly #turns: TurnDraft[] = [];
  /** The turn that the lines belong to; null before the first one and in our own part of a file. */
  #current: TurnDraft | null = null;
  #itemCount = 0;
  /** Index of the line that is read. */
  #line = 0;
  #surroundings: CallSurroundings = { cwd: "/", shell: "bash" };

  read(line: RolloutLine, at: number): void {
    this.#line = at;
    const { type, payload } = line;
    switch (type) {
      case "session_meta":
        this.#moveTo(decodeSessionMeta(line)?.cwd ?? "");
        break;
      case "turn_context":
        this.#moveTo(textOf(fieldsOf(payload)["cwd"]) ?? "");
        break;
      case "event_msg":
        this.#readEvent(fieldsOf(payload));
        break;
      case "response_item":
        this.#readItem(payload);
        break;
      case "event":
        this.#current = null; // ours: we went on where the reference had stopped
        break;
      default:
        break;
    }
  }

  starts(): readonly { readonly id: string; readonly line: number }[] {
    return this.#turns;
  }

  finish(): Turn[] {
    return this.#turns.map((draft, at) => {
      const lastSlot = draft.slots.at(-1);
      const wasCutOff = at === this.#turns.length - 1 && [...draft.open.values()].some(({ slot }) => slot === lastSlot);
      for (const { slot, item } of draft.open.values()) slot.item = abandonItem(item);
      const items = draft.slots.flatMap(({ item }) => item ?? []);
      const status = draft.aborted || wasCutOff ? "interrupted" : "completed";
      return { id: turnId(draft.id), items, status, error: null };
    });
  }

  #moveTo(cwd: string): void {
    if (cwd !== "") this.#surroundings = { ...this.#surroundings, cwd };
  }

  #readEvent(event: JsonObject): void {
    switch (event["type"]) {
      case "user_message":
        this.#readMessage(userContent(event));
        break;
      case "entered_review_mode": {
        this.#current = null;
        const draft = this.#turn();
        draft.review = "asked";
        const review = textOf(event["user_facing_hint"]) ?? "";
        this.#add({ type: "enteredReviewMode", id: itemId(draft.id), review });
        break;
      }
      case "exited_review_mode": {
        const draft = this.#turn();
        draft.review = null;
        const output = event["review_output"];
        const result = parseReview(isObject(output) ? JSON.stringify(output) : "");
        const review = result === null ? "The review ended without a result." : renderReview(result);
        this.#add({ type: "exitedReviewMode", id: itemId(draft.id), review });
        break;
      }
      case "agent_message": {
        const text = textOf(event["message"]) ?? "";
        if (text !== "") this.#add({ type: "agentMessage", id: this.#nextItemId(), text });
        break;
      }
      case "agent_reasoning":
        this.#addReasoning({ summary: textOf(event["text"]) });
        break;
      case "agent_reasoning_raw_content":
        this.#addReasoning({ content: textOf(event["text"]) });
        break;
      case "turn_aborted":
        if (this.#current !== null) this.#current.aborted = true;
        break;
      default:
        break; // counts, notices and the like
    }
  }

  /** A message begins a turn, unless it is what a reviewer is asked: that stands in the turn of the review, and comes twice. */
  #readMessage(content: UserInput[]): void {
    const draft = this.#current;
    const review = draft?.review ?? null;
    const told = JSON.stringify(content);
    if (draft === null || (review !== "asked" && review !== told)) this.#current = null;
    if (this.#current !== null && review === told) return;
    this.#add({ type: "userMessage", id: this.#nextItemId(), content });
    if (this.#current !== null && review === "asked") this.#current.review = told;
  }

  /** Texts that follow each other are parts of one item. */
  #addReasoning({ summary = null, content = null }: { summary?: string | null; content?: string | null }): void {
    const summaries = summary === null || summary === "" ? [] : [summary];
    const contents = content === null || content === "" ? [] : [content];
    if (summaries.length + contents.length === 0) return;
    const slot = this.#current?.slots.at(-1);
    if (slot?.item?.type === "reasoning") {
      const { item } = slot;
      slot.item = { ...item, summary: [...item.summary, ...summaries], content: [...item.content, ...contents] };
    } else {
      this.#add({ type: "reasoning", id: this.#nextItemId(), summary: summaries, content: contents });
    }
  }

  #readItem(payload: JsonValue): void {
    const draft = this.#current;
    if (draft === null) {
      this.#readShell(payload);
      return;
    }
    const fact = readItemFact(payload, this.#surroundings);
    switch (fact?.type) {
      case "whole":
        this.#add(fact.item);
        break;
      case "opened":
        draft.open.set(fact.callId, { slot: this.#add(fact.item), item: fact.item });
        break;
      case "answered": {
        const call = draft.open.get(fact.callId);
        if (call === undefined) break;
        draft.open.delete(fact.callId);
        call.slot.item = answerItem(call.item, fact.output);
        break;
      }
      case undefined:
        break;
    }
  }

  /** The context before the first message is the only place that names the shell. */
  #readShell(payload: JsonValue): void {
    for (const part of elementsOf(fieldsOf(payload)["content"])) {
      const text = textOf(fieldsOf(part)["text"]) ?? "";
      const shell = text.startsWith("<environment_context>") ? /<shell>(\w+)<\/shell>/.exec(text)?.[1] : undefined;
      if (shell !== undefined) this.#surroundings = { ...this.#surroundings, shell };
    }
  }

  #add(item: ThreadItem): Slot {
    const slot: Slot = { item };
    this.#turn().slots.push(slot);
    return slot;
  }

  #turn(): TurnDraft {
    if (this.#current === null) {
      const id = `turn-${this.#turns.length + 1}`;
      this.#current = { id, line: this.#line, slots: [], open: new Map(), aborted: false, review: null };
      this.#turns.push(this.#current);
    }
    return this.#current;
  }

  #nextItemId(): ItemId {
    this.#itemCount += 1;
    return itemId(`item-${this.#itemCount}`);
  }
}

/** The text first, then the images. */
function userContent(event: JsonObject): UserInput[] {
  const text = textOf(event["message"]) ?? "";
  const images = elementsOf(event["images"]).flatMap((url): UserInput[] => {
    const address = textOf(url);
    return address === null ? [] : [{ type: "image", url: address }];
  });
  return text === "" ? images : [{ type: "text", text }, ...images];
}

function decodeUsage(value: JsonValue | undefined): TokenUsageBreakdown {
  const fields = fieldsOf(value);
  return {
    inputTokens: numberOf(fields["input_tokens"]) ?? 0,
    cachedInputTokens: numberOf(fields["cached_input_tokens"]) ?? 0,
    outputTokens: numberOf(fields["output_tokens"]) ?? 0,
    reasoningOutputTokens: numberOf(fields["reasoning_output_tokens"]) ?? 0,
    totalTokens: numberOf(fields["total_tokens"]) ?? 0,
  };
}
