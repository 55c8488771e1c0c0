export { startAuthorizedMcpServer, type AuthorizedMcpServer } from "./authorized-mcp-server.ts";
export { startMcpHttpServer, type McpHttpServer } from "./mcp-http-server.ts";
export { mcpServerConfig, scriptedMcpServer, type McpProgram } from "./mcp-server.ts";
export { jwt, startIssuer, type IssuerAnswer, type IssuerRequest, type TestIssuer } from "./issuer.ts";
export { markedProcesses } from "./marked-processes.ts";
export { startScriptedModel, type ScriptedModel } from "./scripted-model/scripted-model.ts";
export type { RecordedRequest, Reply, Script } from "./scripted-model/script.ts";
export { step, type LimitWindow, type Step, type Usage } from "./scripted-model/step.ts";
export { createWorkspace, scriptedConfig, type Workspace, type WorkspaceContent } from "./workspace.ts";
