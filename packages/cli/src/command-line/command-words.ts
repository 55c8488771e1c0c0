import type { Command } from "commander";

/** The name of the argument that marks a command whose words belong to another command. */
export const COMMAND_WORDS = "argv";

/** A command line, cut in front of the first word of the command that it is about. */
export interface HeldCommandLine {
  readonly own: readonly string[];
  /** Taken as they are, hyphens and all. */
  readonly words: readonly string[];
}

/**
 * Cuts a line like `heddle policy explain -s read-only bash -c 'x'` before `bash`: everything from there on is the
 * command to judge, and none of our options. A `--` before it is dropped. Lines of other commands stay whole.
 */
export function holdCommandWords(program: Command, args: readonly string[]): HeldCommandLine {
  let command = program;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    const takesWords = command.registeredArguments[0]?.name() === COMMAND_WORDS;
    if (arg === "--") {
      if (!takesWords) break;
      return { own: args.slice(0, at), words: args.slice(at + 1) };
    }
    if (arg.startsWith("-") && arg !== "-") {
      if (takesValueApart(command, arg)) at += 1;
      continue;
    }
    const subcommand = command.commands.find((each) => each.name() === arg || each.aliases().includes(arg));
    if (subcommand !== undefined) {
      command = subcommand;
      continue;
    }
    if (takesWords) return { own: args.slice(0, at), words: args.slice(at) };
    break;
  }
  return { own: args, words: [] };
}

/** Whether the next word is the value of this option: `-s read-only`, not `-sread-only` or `--sandbox=read-only`. */
function takesValueApart(command: Command, arg: string): boolean {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const option = at.options.find(({ short, long }) => arg === short || arg === long);
    if (option !== undefined) return option.required;
  }
  return false;
}
