export { createAccountDesk, type AccountDesk, type AccountDeskOptions } from "./handlers/account-desk.ts";
export { serve, type Connection } from "./serve.ts";
export type { ClientIdentity, ConfigRequest, OfferedModel, ServerFront, ServerHost } from "./host.ts";
export { implementedMethods } from "./handlers/implemented.ts";
export type { FeedbackDesk, FeedbackTarget } from "./handlers/feedback-bundle.ts";
export { createFeedbackLog, type FeedbackLog } from "./handlers/feedback-log.ts";
export { settingsOf } from "./handlers/threads.ts";
export { readApprovalPolicy, readSandboxMode } from "./dialect.ts";
export { stdioTransport } from "./transports/stdio.ts";
