import type { CompletionCommand } from "./tree.ts";

/** What scripts for bash and zsh share: arms of `case "$command $word"` that find out which command is called. */
export function followCommands(commands: readonly CompletionCommand[]): string {
  const descents = commands.flatMap((parent) =>
    parent.commands.map((child) => `      ${patterns(parent, child.names)}) command=${quote(child.path)} ;;`),
  );
  // The value of an option is no command, whatever it looks like.
  const values = commands.flatMap((command) => {
    const flags = command.options.filter(({ value }) => value.type !== "none").flatMap((option) => option.flags);
    return flags.length === 0 ? [] : [`      ${patterns(command, flags)}) at=$((at + 1)) ;;`];
  });
  return [...descents, ...values].join("\n");
}

/** The patterns of an arm: a command and one of these words behind it. */
export function patterns(command: CompletionCommand, words: readonly string[]): string {
  return words.map((word) => quote(`${command.path} ${word}`)).join(" | ");
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
