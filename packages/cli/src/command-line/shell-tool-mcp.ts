import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";

const EXIT_USAGE = 2;

/** `shell-tool-mcp`. Source: MCP spec, section D. */
export function registerShellToolMcp(server: Command, { context, run }: CommandSetup): void {
  server
    .option("--bash <path>", "refused: deciding about each program that a Bash starts is missing")
    .addHelpText(
      "after",
      `
Its one tool, shell, runs a script in the sandbox that the host tells (codex/sandbox-state), read-only until it has. The
rules of your home decide about the commands of the script before it starts, a person where a rule says "prompt". A
script that cannot be taken apart (redirections, variables, loops) runs in the sandbox, always.
Missing: deciding about each program that runs inside, by a Bash that honours BASH_EXEC_WRAPPER. --bash is refused, and
CODEX_BASH_PATH not looked at. For a host's configuration:
  { "command": "heddle", "args": ["shell-tool-mcp"] }

Example:
  heddle shell-tool-mcp < /dev/null

Exit codes: 0 when the input ends, 1 when the rules or the configuration cannot be read, 2 wrong usage.`,
    )
    .action(() => {
      const { bash } = server.opts<{ readonly bash?: string }>();
      if (bash !== undefined) {
        server.error(
          "error: --bash is not possible yet: the wrapper protocol (BASH_EXEC_WRAPPER) is missing. Without --bash the commands of a script are decided about before it starts",
          { exitCode: EXIT_USAGE },
        );
      }
      return run(async () => {
        const { runShellToolMcp } = await import("../commands/shell-tool-mcp.ts");
        return runShellToolMcp(context, overridesOf(server));
      });
    });
}
