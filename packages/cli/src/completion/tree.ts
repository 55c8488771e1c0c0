import type { Command, Option } from "commander";

/** What may follow an option: nothing, one of these words, or something that only the person knows. */
export type CompletionValue =
  | { readonly type: "none" }
  | { readonly type: "words"; readonly words: readonly string[] }
  | { readonly type: "files" }
  | { readonly type: "folders" }
  | { readonly type: "unknown" };

export interface CompletionOption {
  /** Short and long, as they are typed. */
  readonly flags: readonly string[];
  readonly summary: string;
  readonly value: CompletionValue;
}

/** A command with all that can be completed behind its name. */
export interface CompletionCommand {
  /** All names from the program's on, for example `heddle exec resume`. */
  readonly path: string;
  /** Its own name, then its aliases. */
  readonly names: readonly string[];
  /** One line. */
  readonly summary: string;
  readonly options: readonly CompletionOption[];
  /** Words that its first argument can be. */
  readonly words: readonly string[];
  readonly commands: readonly CompletionCommand[];
}

/** Reads what can be completed off a command line. @param name what the program is called. */
export function completionTree(program: Command, name: string): CompletionCommand {
  return describe(program, name, [name]);
}

function describe(command: Command, path: string, names: readonly string[]): CompletionCommand {
  const help = command.createHelp();
  return {
    path,
    names,
    summary: oneLine(command.summary() || command.description()),
    options: help.visibleOptions(command).map(describeOption),
    words: command.registeredArguments[0]?.argChoices ?? [],
    commands: help
      .visibleCommands(command)
      .map((each) => describe(each, `${path} ${each.name()}`, [each.name(), ...each.aliases()])),
  };
}

function describeOption(option: Option): CompletionOption {
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined && flag !== null),
    summary: oneLine(option.description),
    value: describeValue(option),
  };
}

function describeValue({ required, argChoices, flags }: Option): CompletionValue {
  if (!required) return { type: "none" };
  if (argChoices !== undefined) return { type: "words", words: argChoices };
  const [, placeholder] = /<(\w+)/.exec(flags) ?? [];
  if (placeholder === "file") return { type: "files" };
  return placeholder === "dir" ? { type: "folders" } : { type: "unknown" };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** A command and all below it, parents first. */
export function allCommands(command: CompletionCommand): readonly CompletionCommand[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** A word that can stand behind a command. */
export interface Candidate {
  readonly word: string;
  /** One line, or empty. */
  readonly summary: string;
}

/** All words that can stand behind a command: its commands, then words of its first argument, then options. */
export function candidates(command: CompletionCommand): readonly Candidate[] {
  return [
    ...command.commands.flatMap(({ names, summary }) => names.map((word) => ({ word, summary }))),
    ...command.words.map((word) => ({ word, summary: "" })),
    ...command.options.flatMap(({ flags, summary }) => flags.map((word) => ({ word, summary }))),
  ];
}
