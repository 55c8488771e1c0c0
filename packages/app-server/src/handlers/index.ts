import type { Handlers } from "./handler.ts";
import { initialize } from "./initialize.ts";
import { archiveThread, listThreads, resumeThread, startThread } from "./threads.ts";
import { interruptTurn, startTurn } from "./turns.ts";

/** Every method that this server implements: what is not here is unknown to clients. */
export const handlers = {
  initialize,
  "thread/start": startThread,
  "thread/resume": resumeThread,
  "thread/list": listThreads,
  "thread/archive": archiveThread,
  "turn/start": startTurn,
  "turn/interrupt": interruptTurn,
} satisfies Handlers;
