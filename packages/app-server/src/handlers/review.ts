import { reviewLabel, reviewModel, type Thread } from "@heddle/core";
import { invalidRequest, type ReviewTarget } from "@heddle/protocol";
import { toRpcError } from "../errors.ts";
import { reviewTurn } from "../notifications.ts";
import type { Session } from "../session.ts";
import { viewThread } from "../thread-view.ts";
import type { Handler } from "./handler.ts";
import { readThreadId } from "./thread-id.ts";

/**
 * `review/start`: has changes reviewed in a turn of the thread, or of a copy of it, which this client follows then and
 * hears of before the answer.
 */
export const startReview: Handler<"review/start"> = async (params, { session }) => {
  const target = readTarget(params.target);
  try {
    const thread = session.host.engine.thread(readThreadId(params.threadId));
    const reviewed = params.delivery === "detached" ? await forkForReview(thread, session) : thread;
    const turn = reviewTurn(reviewed.review(target), reviewLabel(target));
    session.legacy?.beginsTurn(reviewed.identity.id, turn.id);
    return { turn, reviewThreadId: reviewed.identity.id };
  } catch (error) {
    throw toRpcError(error, "starting review");
  }
};

async function forkForReview({ identity, config, settings }: Thread, session: Session): Promise<Thread> {
  const { engine } = session.host;
  const fork = await engine.forkThread(
    { type: "id", threadId: identity.id },
    { type: "whole" },
    { config, settings: { ...settings, model: reviewModel(settings, config) }, source: identity.source },
  );
  session.follow(fork);
  // Clients know such a copy without the words of the thread that it was made from.
  session.notify({ method: "thread/started", params: { thread: { ...viewThread(fork, session), preview: "" } } });
  return fork;
}

/** @throws RpcError when a part of it is empty. */
function readTarget(target: ReviewTarget): ReviewTarget {
  switch (target.type) {
    case "uncommittedChanges":
      return target;
    case "baseBranch":
      return { ...target, branch: notEmpty(target.branch, "branch") };
    case "commit":
      return { ...target, sha: notEmpty(target.sha, "sha"), title: target.title?.trim() ?? null };
    case "custom":
      return { ...target, instructions: notEmpty(target.instructions, "instructions") };
  }
}

function notEmpty(text: string, name: string): string {
  const trimmed = text.trim();
  if (trimmed === "") throw invalidRequest(`${name} must not be empty`);
  return trimmed;
}
