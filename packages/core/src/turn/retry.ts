import { isRetryable, retryDelayMs, type ModelError } from "@heddle/models";
import { httpStatusOf } from "./errors.ts";
import type { TurnScope } from "./scope.ts";

/**
 * Announces a retry and waits until it is due.
 * @param attempt counts the attempts of one request from 0.
 * @throws the error itself when retrying is of no use or at its end. @throws the reason of the turn's signal.
 */
export async function waitForRetry(error: ModelError, attempt: number, scope: TurnScope): Promise<void> {
  const retry = attempt + 1;
  if (!isRetryable(error.failure) || retry > scope.streamMaxRetries) throw error;
  scope.emit({
    type: "retrying",
    turnId: scope.turnId,
    message: `Reconnecting... ${retry}/${scope.streamMaxRetries}`,
    info: { responseStreamDisconnected: { httpStatusCode: httpStatusOf(error.failure) } },
  });
  await scope.sleep(retryDelayMs(error.failure, retry, scope.random), scope.signal);
}

/** Tells clients that the window is full: the model has refused the input as too long. */
export function reportFullWindow(scope: TurnScope): void {
  const usage = scope.usage.fill(scope.family.effectiveWindow);
  if (usage !== null) scope.emit({ type: "tokenUsageUpdated", turnId: scope.turnId, usage });
}
