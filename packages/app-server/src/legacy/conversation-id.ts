import { invalidRequest, threadId, type ThreadId } from "@heddle/protocol";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A thread as the first API names it. @throws RpcError when it is no UUID: such a request cannot be read. */
export function readConversationId(text: string): ThreadId {
  return threadId(readUuid(text));
}

/** @throws RpcError. */
export function readUuid(text: string): string {
  if (UUID.test(text)) return text.toLowerCase();
  throw invalidRequest(`Invalid request: UUID parsing failed: ${JSON.stringify(text)} is not a UUID`);
}
