import type { ClientMethod, ParamsOf, ResultOf } from "@heddle/protocol";
import type { Session } from "../session.ts";

/** One request, while it is served. */
export interface Call {
  readonly session: Session;
  /** Fires when the connection ends: nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Runs `then` right after the answer has left; not when the answer is an error. */
  afterAnswer(then: () => void): void;
}

/** Serves one method. Returns the result or throws; the dispatcher owns the answer. */
export type Handler<M extends ClientMethod> = (params: ParamsOf<M>, call: Call) => Promise<ResultOf<M>> | ResultOf<M>;
