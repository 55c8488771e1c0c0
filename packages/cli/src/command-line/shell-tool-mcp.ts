import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";

/** `shell-tool-mcp`. Source: MCP spec, section D. */
export function registerShellToolMcp(server: Command, { context, run }: CommandSetup): void {
  server
    .option(
      "--bash <path>",
      "a Bash that honours BASH_EXEC_WRAPPER: rules decide about each program (env CODEX_BASH_PATH)",
    )
    .option("--execve <path>", "what this Bash runs in the place of each program, instead of Heddle's own")
    .option("--preserve-program-paths", "rules name programs by their whole paths, not by their names")
    .addHelpText(
      "after",
      `
Its one tool, shell, runs a script in the sandbox that the host tells (codex/sandbox-state), read-only until it has.

With --bash the rules of your home decide about each program when the script starts it: "allow" runs it outside of the
sandbox, "prompt" asks a person first, what no rule knows runs in the sandbox. Without, they decide about the commands of
the script before it starts, and a script that cannot be taken apart (redirections, variables, loops) runs in the sandbox,
always. The answer says which. For a host's configuration:
  { "command": "heddle", "args": ["shell-tool-mcp"] }

Example:
  heddle shell-tool-mcp < /dev/null

Exit codes: 0 when the input ends, 1 when the rules or the configuration cannot be read, 2 wrong usage, or a Bash that
cannot be used.`,
    )
    .action(() => {
      const { bash, execve, preserveProgramPaths } = server.opts<{
        readonly bash?: string;
        readonly execve?: string;
        readonly preserveProgramPaths?: true;
      }>();
      const options = {
        bash: bash ?? null,
        execve: execve ?? null,
        preserveProgramPaths: preserveProgramPaths ?? false,
      };
      return run(async () => {
        const { runShellToolMcp } = await import("../commands/shell-tool-mcp.ts");
        return runShellToolMcp(context, { overrides: overridesOf(server), ...options });
      });
    });
}
