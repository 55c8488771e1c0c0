import type { Elicitation, ElicitationAnswer } from "@heddle/mcp";
import type { TurnId } from "@heddle/protocol";
import type { ThreadEvent } from "../thread/events.ts";

/** A question of an MCP server that waits for a person. */
export interface OpenElicitation {
  /** Ours: two questions of one server, or of two, are never alike. */
  readonly id: string;
  readonly server: string;
  /** The turn that was running when it came, null without one. */
  readonly turnId: TurnId | null;
  readonly question: Elicitation;
}

/** The questions of a thread's servers: they go out as events, answers come back by id. */
export interface ElicitationDesk {
  /** Asks and waits. `cancel` at once when nobody can be asked, and when the signal fires. */
  ask(
    server: string,
    question: Elicitation,
    options: { readonly turnId: TurnId | null; readonly signal: AbortSignal },
  ): Promise<ElicitationAnswer>;
  /** False when there is no such question (any more). */
  answer(id: string, answer: ElicitationAnswer): boolean;
  /** Oldest first. */
  open(): readonly OpenElicitation[];
  /** Cancels what is open: the turn was stopped, or nobody is left to answer. */
  cancelAll(): void;
}

/** Questions that may wait at a time; a server that asks more gets `cancel`. */
const MAX_OPEN = 16;

/** @param emit the thread's log. @param someoneAnswers whether a client is there that can put questions to a person. */
export function createElicitationDesk(options: {
  readonly emit: (event: ThreadEvent) => void;
  readonly someoneAnswers: () => boolean;
  readonly newId: () => string;
}): ElicitationDesk {
  const { emit, someoneAnswers, newId } = options;
  const pending = new Map<
    string,
    { readonly asked: OpenElicitation; readonly settle: (answer: ElicitationAnswer) => void }
  >();
  return {
    ask(server, question, { turnId, signal }) {
      if (signal.aborted || !someoneAnswers() || pending.size >= MAX_OPEN) return Promise.resolve({ action: "cancel" });
      const asked: OpenElicitation = { id: newId(), server, turnId, question };
      return new Promise((resolve) => {
        const onAbort = (): void => settle({ action: "cancel" });
        const settle = (answer: ElicitationAnswer): void => {
          pending.delete(asked.id);
          signal.removeEventListener("abort", onAbort);
          emit({ type: "elicitationResolved", id: asked.id });
          resolve(answer);
        };
        signal.addEventListener("abort", onAbort, { once: true });
        pending.set(asked.id, { asked, settle });
        emit({ type: "elicitationRequested", elicitation: asked });
      });
    },
    answer(id, answer) {
      const found = pending.get(id);
      found?.settle(answer);
      return found !== undefined;
    },
    open: () => Array.from(pending.values(), ({ asked }) => asked),
    cancelAll() {
      for (const { settle } of [...pending.values()]) settle({ action: "cancel" });
    },
  };
}
