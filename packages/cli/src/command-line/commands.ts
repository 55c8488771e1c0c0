import type { CommandEntry } from "./command.ts";

/** All commands, in the order of `heddle --help`. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "exec",
    aliases: ["e"],
    summary: "run one task and end; nobody is asked, so what would need an approval is refused",
    load: async () => (await import("./exec.ts")).registerExec,
  },
  {
    name: "review",
    summary: "review changes, and say what should be mended; the same as exec review",
    load: async () => (await import("./review.ts")).registerReview,
  },
  {
    name: "resume",
    summary: "go on with an earlier thread on the terminal screen",
    load: async () => (await import("./screen.ts")).registerResume,
  },
  {
    name: "fork",
    summary: "go on with a copy of an earlier thread on the terminal screen",
    load: async () => (await import("./screen.ts")).registerFork,
  },
  {
    name: "login",
    summary: "log in, in the browser unless told otherwise",
    load: async () => (await import("./login.ts")).registerLogin,
  },
  {
    name: "logout",
    summary: "remove the stored login",
    load: async () => (await import("./login.ts")).registerLogout,
  },
  {
    name: "app-server",
    summary: "serve a client: JSON-RPC, one message a line, over stdin and stdout",
    load: async () => (await import("./app-server.ts")).registerAppServer,
  },
  {
    name: "acp",
    summary: "serve an editor that speaks the Agent Client Protocol",
    load: async () => (await import("./acp.ts")).registerAcp,
  },
  {
    name: "apply",
    aliases: ["a"],
    summary: "apply the change of a cloud task to the files here",
    load: async () => (await import("./apply.ts")).registerApply,
  },
  {
    name: "cloud",
    aliases: ["cloud-tasks"],
    summary: "not part of Heddle: say what to use instead of the browser of cloud tasks",
    load: async () => (await import("./cloud.ts")).registerCloud,
  },
  {
    name: "apply-patch",
    summary: "apply a patch to the files here, whole or not at all; also when called as apply_patch",
    load: async () => (await import("./apply-patch.ts")).registerApplyPatch,
  },
  {
    name: "completion",
    summary: "print a script that completes commands and options in your shell",
    load: async () => (await import("./completion.ts")).registerCompletion,
  },
  {
    name: "features",
    summary: "list the features that can be switched on and off",
    load: async () => (await import("./features.ts")).registerFeatures,
  },
  {
    name: "demo",
    summary: "run the main job in a sample repository; only the model is scripted",
    load: async () => (await import("./demo.ts")).registerDemo,
  },
  {
    name: "execpolicy",
    hidden: true,
    summary: "look commands up in rule files",
    load: async () => (await import("./execpolicy.ts")).registerExecpolicy,
  },
  {
    name: "policy",
    summary: "say what would happen to a command, and try rules out",
    load: async () => (await import("./policy.ts")).registerPolicy,
  },
  {
    name: "config",
    summary: "look at the configuration, and edit it",
    load: async () => (await import("./config.ts")).registerConfig,
  },
  {
    name: "mcp",
    summary: "the MCP servers of the configuration, and the logins at them",
    load: async () => (await import("./mcp.ts")).registerMcp,
  },
  {
    name: "mcp-server",
    summary: "serve an MCP client over stdin and stdout: its tools start threads and go on with them",
    load: async () => (await import("./mcp-server.ts")).registerMcpServer,
  },
  {
    name: "shell-tool-mcp",
    summary: "serve an MCP host over stdin and stdout: its tool runs shell scripts under your rules",
    load: async () => (await import("./shell-tool-mcp.ts")).registerShellToolMcp,
  },
  {
    name: "import",
    summary: "take over what another program has in its home",
    load: async () => (await import("./import.ts")).registerImport,
  },
  {
    name: "doctor",
    summary: "say what keeps Heddle from working here, and how to mend it",
    load: async () => (await import("./doctor.ts")).registerDoctor,
  },
  {
    name: "models",
    summary: "list the models to choose from, and find out what an endpoint can do",
    load: async () => (await import("./models.ts")).registerModels,
  },
  {
    name: "sandbox",
    aliases: ["debug"],
    summary: "run a command in the sandbox, as the commands of a model run",
    load: async () => (await import("./sandbox.ts")).registerSandbox,
  },
  {
    name: "undo",
    summary: "take back what a thread changed in files",
    load: async () => (await import("./undo.ts")).registerUndo,
  },
  {
    name: "stdio-to-uds",
    hidden: true,
    summary: "connect stdin and stdout to a Unix socket",
    load: async () => (await import("./stdio-to-uds.ts")).registerStdioToUds,
  },
  {
    name: "responses-api-proxy",
    hidden: true,
    summary: "serve the Responses API on loopback, with an API key added that its clients do not see",
    load: async () => (await import("./responses-api-proxy.ts")).registerResponsesApiProxy,
  },
];
