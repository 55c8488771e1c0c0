import { invalidRequest } from "@heddle/protocol";
import type { ImplementedMethod } from "./handlers/implemented.ts";
import type { Session } from "./session.ts";

/** What a connection that looks on may ask for. Whatever is not here changes something, or might. */
const OBSERVING: ReadonlySet<string> = new Set<ImplementedMethod>([
  "initialize",
  "thread/resume",
  "thread/unsubscribe",
  "thread/list",
  "thread/loaded/list",
  "thread/read",
  "thread/turns/list",
  "thread/items/list",
  "model/list",
  "modelProvider/list",
  "skills/list",
  "prompts/list",
  "experimentalFeature/list",
  "permissionProfile/list",
]);

/** @throws RpcError when this connection looks on and the method is not for looking; of the first API none is. */
export function assertMayAsk(method: string, { introduction }: Session): void {
  if (introduction?.observer !== true || OBSERVING.has(method)) return;
  throw invalidRequest(`an observer may not ask for ${method}: connect without the capability \`observer\``);
}
