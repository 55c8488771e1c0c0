import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";

/** `stdio-to-uds`. Source: command line spec, section 1. */
export function registerStdioToUds(relay: Command, { run }: CommandSetup): void {
  relay
    .argument("<socket>", "the path of the Unix socket")
    .addHelpText(
      "after",
      `
For programs that can start a command and not open a socket. It ends with the other end of the socket. When the input ends
first, the socket is told so, and what still comes is passed on.

Example:
  heddle stdio-to-uds $HOME/.heddle/s   a client of heddle app-server --listen unix://$HOME/.heddle/s

Exit codes: 0 the other end is done, 1 the socket cannot be reached or broke off, 2 wrong usage.`,
    )
    .action((socket: string) =>
      run(async () => {
        const { relayToSocket } = await import("../commands/stdio-to-uds.ts");
        const { stdin, stdout } = process;
        return relayToSocket(socket, { stdin, stdout });
      }),
    );
}
