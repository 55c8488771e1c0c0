import type { Fetch } from "@heddle/auth";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where feedback goes. */
export type FeedbackTarget =
  /** A folder on this machine; it is made when there is feedback. */
  | { readonly type: "folder"; readonly path: string }
  /** Takes a bundle as one JSON object. */
  | { readonly type: "endpoint"; readonly url: string };

/** What the server needs for feedback. */
export interface FeedbackDesk {
  readonly target: FeedbackTarget;
  /** What the server said about itself last. */
  readonly log: { text(): string };
  readonly now: () => Date;
  /** A new UUID. */
  readonly newId: () => string;
}

/** What a person has to say, with what helps to understand it. */
export interface FeedbackBundle {
  readonly threadId: string;
  readonly classification: string;
  readonly reason: string | null;
  readonly createdAt: string;
  readonly version: string;
  readonly userAgent: string | null;
  /** Null unless the person agreed to it, as is `rollout`. */
  readonly log: string | null;
  /** The text of the thread's rollout file. */
  readonly rollout: string | null;
}

const ENDPOINT_TIMEOUT_MS = 60_000;

/** Puts a bundle into a new folder: all of it or nothing, for its owner alone. @returns the folder. */
export async function writeFeedback(folder: string, bundle: FeedbackBundle): Promise<string> {
  const { log, rollout, ...said } = bundle;
  const path = join(folder, `${bundle.createdAt.replaceAll(":", "-")}-${bundle.threadId}`);
  const draft = `${path}.part`;
  const mode = 0o600;
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    await writeFile(join(draft, "feedback.json"), `${JSON.stringify(said, null, 2)}\n`, { mode });
    if (log !== null) await writeFile(join(draft, "heddle.log"), log, { mode });
    if (rollout !== null) await writeFile(join(draft, "rollout.jsonl"), rollout, { mode });
    await rename(draft, path);
    return path;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Posts a bundle. @throws Error when it was not taken, or would go over a network in the clear. */
export async function sendFeedback(url: string, bundle: FeedbackBundle, fetch: Fetch): Promise<void> {
  if (!isPrivate(url)) throw new Error(`${url} is no https address; feedback is not sent in the clear`);
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(bundle),
    redirect: "manual",
    signal: AbortSignal.timeout(ENDPOINT_TIMEOUT_MS),
  });
  if (answer.status < 200 || answer.status >= 300) throw new Error(`${url} answered with status ${answer.status}`);
}

/** Whether nobody on the way can read what is sent. */
function isPrivate(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (protocol === "https:") return true;
  return protocol === "http:" && /^(?:localhost|\[::1\]|127(?:\.\d+){3})$/.test(hostname);
}
