import type { ResponseItem } from "@heddle/core";
import type { JsonValue, ThreadId } from "@heddle/protocol";
import type { FeedEvent } from "./feed-event.ts";

/** Something that a thread wants to know from a client. */
export interface Question {
  /** Names it among the open ones of its thread. */
  readonly key: string;
  readonly threadId: ThreadId;
  /** Whether it takes the form of a question of an MCP server, which older clients do not know. */
  readonly isElicitation: boolean;
  /** Whom it is for while that one is here; null: everybody who may answer. */
  readonly addressee: Follower | null;
  readonly method: string;
  readonly params: JsonValue;
  /**
   * Takes an answer as it came; null when it was an error. The first one counts, the others are ignored.
   */
  settle(answer: unknown): void;
}

/** A question that was put to one client. */
export interface Asked {
  /** Somebody has answered, or nobody wants to know any more: the client is told. */
  withdraw(): void;
}

/** A connection that follows a thread. */
export interface Follower {
  /** Whether questions are put to it. */
  readonly answers: boolean;
  /** Whether questions of MCP servers are put to it, too. */
  readonly elicits: boolean;
  /** Whether its notifications carry cursors. */
  readonly wantsCursor: boolean;
  tell(event: FeedEvent): void;
  /** Whether it could answer such a question. Missing: it can answer all. */
  understands?(question: Question): boolean;
  /** Hears what is recorded for the model, where it wants to. */
  hearItem?(item: ResponseItem): void;
  ask(question: Question): Asked;
  /** Resolves when it takes more. */
  drained(): Promise<void>;
  /** The thread is not loaded any more; nothing follows. */
  threadClosed(id: ThreadId): void;
}
