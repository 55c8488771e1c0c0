import { DEFAULT_MODEL, modelPresets } from "@heddle/models";
import { itemId, type ReviewTarget } from "@heddle/protocol";
import type { ResolvedConfig } from "@heddle/config";
import { REVIEW_INSTRUCTIONS } from "../context/instructions/review.ts";
import { reviewRecord } from "../context/review-record.ts";
import type { ThreadSettings } from "../settings/settings.ts";
import type { TurnOutcome } from "../thread/events.ts";
import { startDelegate } from "../turn/delegate.ts";
import { toTurnError } from "../turn/errors.ts";
import type { TurnScope } from "../turn/scope.ts";
import { findMergeBase } from "./merge-base.ts";
import { parseReview, renderReview } from "./review-output.ts";
import { reviewLabel, reviewPrompt } from "./review-target.ts";

/** What people are told when there is no review. */
const NO_RESULT = "The reviewer gave no result.";
const INTERRUPTED = "The review was interrupted before it had a result. Start it again to get one.";

/**
 * A turn that has changes reviewed by a delegate, which sees nothing of the thread and can change nothing. The thread
 * knows the result afterwards. Never rejects: a failure is an outcome. Source: engine spec, section 16.
 */
export async function runReview(target: ReviewTarget, scope: TurnScope): Promise<TurnOutcome> {
  const { items, emit, turnId } = scope;
  items.add({ type: "enteredReviewMode", id: itemId(turnId), review: reviewLabel(target) });
  try {
    const prompt = reviewPrompt(target, await mergeBaseOf(target, scope));
    await using delegate = await startDelegate({ purpose: "review", ...reviewerOf(scope) }, scope);
    const { outcome, lastMessage } = await delegate.run(prompt);
    if (outcome.status === "interrupted") return leaveInterrupted(scope);
    if (outcome.status === "failed") emit({ type: "turnFailed", turnId, error: outcome.error });
    leave(lastMessage, scope);
    return outcome;
  } catch (error) {
    if (scope.signal.aborted) return leaveInterrupted(scope);
    const turnError = toTurnError(error);
    emit({ type: "turnFailed", turnId, error: turnError });
    leave("", scope);
    return { status: "failed", error: turnError };
  }
}

function leave(answer: string, scope: TurnScope): void {
  const review = parseReview(answer);
  const text = review === null ? NO_RESULT : renderReview(review);
  showAndRecord({ text, record: reviewRecord(text) }, scope);
}

function leaveInterrupted(scope: TurnScope): TurnOutcome {
  showAndRecord({ text: INTERRUPTED, record: reviewRecord(null) }, scope);
  return { status: "interrupted" };
}

function showAndRecord(
  { text, record }: { readonly text: string; readonly record: string },
  { items, turnId, record: recordItem }: TurnScope,
): void {
  items.add({ type: "exitedReviewMode", id: itemId(turnId), review: text });
  recordItem({ type: "message", role: "user", content: [{ type: "input_text", text: record }] });
  recordItem({ type: "message", role: "assistant", content: [{ type: "output_text", text }] });
  items.add({ type: "agentMessage", id: items.freshId("agentMessage", itemId("review:rollout:assistant")), text });
}

async function mergeBaseOf(target: ReviewTarget, { toolContext }: TurnScope): Promise<string | null> {
  return target.type === "baseBranch" ? findMergeBase(target.branch, toolContext) : null;
}

/** What a reviewer runs with: a sandbox that can only read, no instructions of the user's or the project's. */
function reviewerOf({ config, settings }: TurnScope): {
  readonly config: ResolvedConfig;
  readonly settings: ThreadSettings;
} {
  const features = { ...config.features, web_search_request: false, view_image_tool: false };
  return {
    config: { ...config, features, baseInstructions: REVIEW_INSTRUCTIONS },
    settings: {
      ...settings,
      model: reviewModel(settings, config),
      effort: "low",
      summary: "detailed",
      sandboxPolicy: { type: "read-only" },
    },
  };
}

/**
 * The model of reviews: the configured one; without that the default for threads whose model is one of our presets, so
 * that their provider has it, and else the thread's own.
 */
export function reviewModel({ model }: ThreadSettings, { reviewModel: configured }: ResolvedConfig): string {
  if (configured !== null) return configured;
  return modelPresets().some(({ id }) => id === model) ? DEFAULT_MODEL : model;
}
