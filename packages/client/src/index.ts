/** The protocol's client: for programs, and for every front end of Heddle. */
export { childTransport, type ChildOptions } from "./child-transport.ts";
export { ClientError, type ClientFailure } from "./client-error.ts";
export { connect, type ConnectOptions } from "./connect.ts";
export { expandPrompt, type ExpandedPrompt } from "./expand-prompt.ts";
export {
  Heddle,
  type NotificationHandler,
  type RequestArguments,
  type RequestHandler,
  type RequestOptions,
} from "./heddle.ts";
export { socketTransport, type SocketOptions } from "./socket-transport.ts";
export { Thread, type ThreadNotification, type TurnOptions } from "./thread.ts";
export { type TurnResult } from "./turn-result.ts";
