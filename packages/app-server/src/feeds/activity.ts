import type { ThreadEvent } from "@heddle/core";
import type { ThreadStatus } from "@heddle/protocol";

/** What a loaded thread is doing, as `thread/status/changed` tells it. */
export interface Activity {
  /** Takes an event in; true when it changed the status. */
  observe(event: ThreadEvent): boolean;
  /** A question begins to wait for the person, or ends; true when that changed the status. */
  waitForPerson(key: string, waits: boolean): boolean;
  status(): ThreadStatus;
}

export function createActivity(): Activity {
  const turns = new Set<string>();
  const questions = new Map<string, "waitingOnApproval" | "waitingOnUserInput">();
  /** The latest turn ended with an error, and no other has begun since. */
  let hasFailed = false;
  let known = "";

  const status = (): ThreadStatus => {
    if (turns.size === 0) return { type: hasFailed ? "systemError" : "idle" };
    return { type: "active", activeFlags: [...new Set(questions.values())].toSorted() };
  };
  const hasChanged = (): boolean => {
    const now = JSON.stringify(status());
    if (now === known) return false;
    known = now;
    return true;
  };
  hasChanged();
  return {
    status,
    observe(event) {
      switch (event.type) {
        case "turnStarted":
          turns.add(event.turnId);
          hasFailed = false;
          break;
        case "turnFailed":
          turns.delete(event.turnId);
          hasFailed = true;
          break;
        case "turnCompleted":
          turns.delete(event.turnId);
          break;
        case "approvalRequested":
          questions.set(event.itemId, "waitingOnApproval");
          break;
        case "elicitationRequested":
          questions.set(event.elicitation.id, "waitingOnUserInput");
          break;
        case "elicitationResolved":
          questions.delete(event.id);
          break;
        case "approvalResolved":
          questions.delete(event.itemId);
          break;
        default:
          return false; // deltas come by the thousand and change nothing here
      }
      return hasChanged();
    },
    waitForPerson(key, waits) {
      if (waits) questions.set(key, "waitingOnUserInput");
      else questions.delete(key);
      return hasChanged();
    },
  };
}
