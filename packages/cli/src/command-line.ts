import type { Command } from "commander";
import { CommanderError } from "commander";
import { existsSync } from "node:fs";
import { holdCommandWords } from "./command-line/command-words.ts";
import type { CommandEntry, CommandSetup } from "./command-line/command.ts";
import { COMMANDS } from "./command-line/commands.ts";
import { addConfigOptions } from "./command-line/config-options.ts";
import { expandImageLists } from "./command-line/image-lists.ts";
import { createProgram, pointToHelp } from "./command-line/program.ts";
import type { ProcessContext } from "./runtime/process.ts";

/** Exit codes that are the same for every command. */
const EXIT = { done: 0, usage: 2 } as const;

/**
 * Runs one command line.
 * @returns its exit code, with everything written. Commands load what they need when they run.
 */
export async function runCommandLine(args: readonly string[], context: ProcessContext): Promise<number> {
  let exitCode: number = EXIT.done;
  let words: readonly string[] = [];
  const setup: CommandSetup = {
    context,
    words: () => words,
    wholeProgram: () => createFilledProgram(setup, () => true),
    async run(command) {
      exitCode = await command();
    },
  };
  // What may be a command's name: a word too many costs little, and `help` takes any.
  const program = await createFilledProgram(setup, ({ name, aliases = [] }) =>
    args.some((word) => word === name || aliases.includes(word)),
  );
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

/** The program with all commands by name, those filled in that are called: of the others nothing but the name is shown. */
async function createFilledProgram(setup: CommandSetup, isCalled: (entry: CommandEntry) => boolean): Promise<Command> {
  const program = createProgram(setup.context);
  const filled = [program];
  for (const entry of COMMANDS) {
    const { name, aliases = [], hidden = false, summary, load } = entry;
    const command = program.command(name, { hidden }).aliases(aliases);
    command.summary(summary).description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`);
    if (!isCalled(entry)) continue;
    (await load())(command, setup);
    filled.push(...withSubcommands(command));
  }
  for (const command of filled) {
    addConfigOptions(command);
    pointToHelp(command);
  }
  return program;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
