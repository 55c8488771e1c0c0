export { serve, type Connection } from "./serve.ts";
export type { ClientIdentity, ConfigRequest, ServerHost } from "./host.ts";
export { handlers } from "./handlers/index.ts";
export { settingsOf } from "./handlers/threads.ts";
export { readApprovalPolicy, readSandboxMode } from "./dialect.ts";
export { stdioTransport } from "./transports/stdio.ts";
