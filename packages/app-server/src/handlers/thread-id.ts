import { invalidRequest, threadId, type ThreadId } from "@heddle/protocol";

/** A thread id as clients write it. @throws RpcError when it is not a UUID. */
export function readThreadId(text: string): ThreadId {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) {
    throw invalidRequest(`invalid thread id: ${JSON.stringify(text)} is not a UUID`);
  }
  return threadId(text.toLowerCase());
}
