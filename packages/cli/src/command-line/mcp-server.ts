import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";

/** `mcp-server`. Source: MCP spec, section C. */
export function registerMcpServer(server: Command, { context, run }: CommandSetup): void {
  server
    .addHelpText(
      "after",
      `
Its tools are codex and codex-reply, and the same as heddle and heddle-reply. For a host's configuration:
  { "command": "heddle", "args": ["mcp-server"] }

Exit code: 0 when the input ends.`,
    )
    .action(() =>
      run(async () => {
        const { runMcpServer } = await import("../commands/mcp-server.ts");
        return runMcpServer(context, overridesOf(server));
      }),
    );
}
