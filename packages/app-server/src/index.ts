export { createAccountDesk, type AccountDesk, type AccountDeskOptions } from "./handlers/account-desk.ts";
export { createThreadFeeds, type ThreadFeeds, type ThreadFeedsOptions } from "./feeds/feeds.ts";
export { serve, type Admission, type Connection } from "./serve.ts";
export { LINK_LIMITS, type LinkLimits } from "./transports/link.ts";
export {
  listen,
  ListenError,
  parseListenAddress,
  type ListenAddress,
  type Listener,
  type ListenOptions,
  type Tokens,
} from "./transports/listen.ts";
export type {
  ClientIdentity,
  ConfigRequest,
  OfferedModel,
  OfferedProvider,
  ServerFront,
  ServerHost,
  ServerPlace,
} from "./host.ts";
export { implementedMethods } from "./handlers/implemented.ts";
export { createFileSearch, type FileSearch } from "./file-search/file-search.ts";
export { listByWalking, listWithRipgrep, type ListFiles } from "./file-search/listing.ts";
export type { FeedbackDesk, FeedbackTarget } from "./handlers/feedback-bundle.ts";
export { createFeedbackLog, type FeedbackLog } from "./handlers/feedback-log.ts";
export { settingsOf } from "./handlers/threads.ts";
export { readApprovalPolicy, readSandboxMode } from "./dialect.ts";
export { stdioTransport } from "./transports/stdio.ts";
