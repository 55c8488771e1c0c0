import { Command, CommanderError } from "commander";
import { existsSync } from "node:fs";
import { holdCommandWords } from "./command-line/command-words.ts";
import type { CommandSetup } from "./command-line/command.ts";
import { COMMANDS } from "./command-line/commands.ts";
import { withConfigOptions } from "./command-line/config-options.ts";
import { expandImageLists } from "./command-line/image-lists.ts";
import type { ProcessContext } from "./runtime/process.ts";

/** Exit codes that are the same for every command; `exec` and `demo` have their own besides. */
const EXIT = { done: 0, failed: 1, usage: 2, noSandbox: 70, interrupted: 130 } as const;

/**
 * Runs one command line.
 * @returns its exit code, with everything written. Commands load what they need when they run.
 */
export async function runCommandLine(args: readonly string[], context: ProcessContext): Promise<number> {
  let exitCode: number = EXIT.done;
  let words: readonly string[] = [];
  const program = createProgram(context);
  await addCommands(program, args, {
    context,
    words: () => words,
    async run(command) {
      exitCode = await command();
    },
  });
  const held = holdCommandWords(program, args);
  words = held.words;
  try {
    await program.parseAsync(expandImageLists(held.own, existsSync), { from: "user" });
    return exitCode;
  } catch (error) {
    // Help and version end with 0; everything else that commander says is about usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    throw error;
  }
}

/** Help and version. A reader that goes away, such as `head`, ends the output and is no error. */
function print(text: string): void {
  process.stdout.on("error", () => {});
  process.stdout.write(text);
}

function createProgram(context: ProcessContext): Command {
  const program = new Command("heddle")
    .description("A coding agent that runs commands and edits under a policy, an approval and a sandbox.")
    .version(`heddle ${context.version}`, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showHelpAfterError(true)
    .showSuggestionAfterError(true)
    .enablePositionalOptions(false)
    .configureOutput({ writeOut: print })
    .exitOverride();
  return withConfigOptions(program).addHelpText(
    "after",
    `
Examples:
  heddle exec "make the failing test pass"     run one task in the repository you stand in
  heddle exec --json "list the open TODOs"     the same, as JSON lines for a program
  heddle app-server                            serve a client over stdin and stdout
  heddle demo                                  watch a whole task without a key or a network

Exit codes: 0 done, 1 failed, 2 wrong usage, 70 no usable sandbox, 130 interrupted.`,
  );
}

/** Adds all commands by name, and fills in those that this line may call: a word too many costs little. */
async function addCommands(program: Command, args: readonly string[], setup: CommandSetup): Promise<void> {
  for (const { name, aliases = [], summary, load } of COMMANDS) {
    const command = withConfigOptions(program.command(name).aliases(aliases)).description(summary);
    if (args.some((word) => word === name || aliases.includes(word))) (await load())(command, setup);
  }
}
