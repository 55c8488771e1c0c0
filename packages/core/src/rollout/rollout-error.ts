import type { LockHolder } from "@heddle/config";
import { assertNever } from "../assert-never.ts";

/** Every way in which a thread's file can fail us. */
export type RolloutFailure =
  | { readonly kind: "unreadable"; readonly path: string; readonly reason: string }
  | { readonly kind: "empty"; readonly path: string }
  /** `line` is the first line that should have said which thread this is, counted from 1; null: no line does. */
  | { readonly kind: "noSessionMeta"; readonly path: string; readonly line: number | null; readonly reason: string }
  | { readonly kind: "writeFailed"; readonly path: string; readonly reason: string }
  | { readonly kind: "closed"; readonly path: string }
  | { readonly kind: "locked"; readonly path: string; readonly holder: LockHolder }
  | { readonly kind: "lockFailed"; readonly path: string; readonly reason: string }
  | { readonly kind: "notFound"; readonly threadId: string; readonly folder: string }
  | { readonly kind: "archiveFailed"; readonly path: string; readonly reason: string }
  | { readonly kind: "listFailed"; readonly folder: string; readonly reason: string };

/** The one error of the rollout room; `cause` keeps the one of the file system or parser. */
export class RolloutError extends Error {
  override readonly name = "RolloutError";
  readonly failure: RolloutFailure;
  constructor(failure: RolloutFailure, options?: ErrorOptions) {
    super(describe(failure), options);
    this.failure = failure;
  }
}

/** What an error of the file system says, without the call and path that Node adds. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message.replace(/, \w+(?: '.*')?$/s, "");
}

/** Whether an error of the file system has this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function describe(failure: RolloutFailure): string {
  switch (failure.kind) {
    case "unreadable":
      return `rollout ${failure.path} cannot be read: ${failure.reason}`;
    case "empty":
      return `rollout ${failure.path} is empty; it holds no thread and can be deleted`;
    case "noSessionMeta": {
      const place = failure.line === null ? failure.path : `${failure.path}:${failure.line}`;
      return `${place} is not a thread's rollout: ${failure.reason}`;
    }
    case "writeFailed":
      return `rollout ${failure.path} cannot be written: ${failure.reason}; the thread cannot go on without its log`;
    case "closed":
      return `rollout ${failure.path} is closed`;
    case "locked":
      return `rollout ${failure.path} is in use by process ${failure.holder.pid}; end that process, or go on there`;
    case "lockFailed":
      return `rollout ${failure.path} cannot be locked: ${failure.reason}; make its folder writable, with room on its disk, or name another home with HEDDLE_HOME`;
    case "notFound":
      return `no rollout of thread ${failure.threadId} below ${failure.folder}`;
    case "archiveFailed":
      return `rollout ${failure.path} cannot be archived: ${failure.reason}`;
    case "listFailed":
      return `threads below ${failure.folder} cannot be listed: ${failure.reason}`;
    default:
      return assertNever(failure);
  }
}
