import type { ResponseItem } from "@heddle/models";
import type { ThreadId, TurnId } from "@heddle/protocol";
import { spawn } from "node:child_process";
import { userText } from "../context/context-message.ts";
import { SUMMARY_PREFIX } from "../context/instructions/compact.ts";

/** A turn that has ended with an answer. */
export interface AnsweredTurn {
  readonly threadId: ThreadId;
  readonly turnId: TurnId;
  /** Absolute. */
  readonly cwd: string;
  /** What the model was asked with. */
  readonly history: readonly ResponseItem[];
  /** Null when it said nothing. */
  readonly answer: string | null;
}

/** Linux takes no single argument of 128 KiB or more: of a long thread the newest messages are told. */
const MAX_MESSAGES_BYTES = 64 * 1024;
const MAX_ANSWER_CHARS = 16 * 1024;

/**
 * Starts the user's program for turns that have ended, detached and with the facts as one more argument. Nobody waits
 * for it. Its streams are null: those of an app server belong to the protocol. Source: engine spec, section 20.1.
 * @param onFailure told why it could not be started.
 */
export function notifyOfTurn(
  [program = "", ...args]: readonly string[],
  turn: AnsweredTurn,
  {
    env,
    onFailure,
  }: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly onFailure: (reason: string) => void;
  },
): void {
  const fail = (error: unknown): void => onFailure(error instanceof Error ? error.message : String(error));
  try {
    const child = spawn(program, [...args, notification(turn)], {
      cwd: turn.cwd,
      env,
      detached: true,
      stdio: "ignore",
      windowsHide: true,
    });
    child.on("error", fail);
    child.unref();
  } catch (error) {
    fail(error); // an empty name, or a zero byte in an argument
  }
}

/** The argument. Its members, their names and their order are known to programs. */
function notification({ threadId, turnId, cwd, history, answer }: AnsweredTurn): string {
  return JSON.stringify({
    type: "agent-turn-complete",
    "thread-id": threadId,
    "turn-id": turnId,
    cwd,
    "input-messages": newestWithin(history.flatMap(userMessage), MAX_MESSAGES_BYTES),
    "last-assistant-message": answer?.slice(0, MAX_ANSWER_CHARS) ?? null,
  });
}

function userMessage(item: ResponseItem): string[] {
  const text = userText(item);
  return text === null || text.startsWith(SUMMARY_PREFIX) ? [] : [text];
}

/** The newest texts that fit, oldest first. */
function newestWithin(texts: readonly string[], maxBytes: number): string[] {
  const kept: string[] = [];
  let left = maxBytes;
  for (const text of texts.toReversed()) {
    left -= Buffer.byteLength(JSON.stringify(text));
    if (left < 0) break;
    kept.unshift(text);
  }
  return kept;
}
