import { allCommands, type CompletionCommand, type CompletionOption } from "./tree.ts";

/** The completion script for fish. */
export function fishCompletion(program: CompletionCommand): string {
  const [name = ""] = program.names;
  const commands = allCommands(program);
  const fn = `__${name.replace(/\W/g, "_")}_at`;
  return `# fish completion of ${name}. Load it with: ${name} completion fish | source
# Whether the words so far have led to a command.
function ${fn}
    set -l command ${quote(program.path)}
    set -l skip no
    for word in (commandline -opc)[2..]
        if test $skip = yes
            set skip no
            continue
        end
        switch "$command $word"
${commands.flatMap((command) => command.commands.map((each) => descend(command, each))).join("\n")}
${commands.map(skipValues).filter(Boolean).join("\n")}
        end
    end
    test "$command" = "$argv[1]"
end

${commands.flatMap((command) => completions(command, { name, at: `${fn} ${quote(command.path)}` })).join("\n")}
`;
}

function descend(parent: CompletionCommand, child: CompletionCommand): string {
  return `            case ${patterns(parent, child.names)}\n                set command ${quote(child.path)}`;
}

/** The value of an option is no command, whatever it looks like. */
function skipValues(command: CompletionCommand): string {
  const flags = command.options.filter(({ value }) => value.type !== "none").flatMap((option) => option.flags);
  return flags.length === 0 ? "" : `            case ${patterns(command, flags)}\n                set skip yes`;
}

function completions(
  command: CompletionCommand,
  { name, at }: { readonly name: string; readonly at: string },
): readonly string[] {
  const start = `complete -c ${name} -n ${quote(at)}`;
  return [
    ...command.commands.flatMap(({ names, summary }) =>
      names.map((each) => `${start} -a ${quote(each)} -d ${quote(summary)}`),
    ),
    ...(command.words.length === 0 ? [] : [`${start} -f -a ${quote(command.words.join(" "))}`]),
    ...command.options.map((option) => `${start} ${optionArguments(option)} -d ${quote(option.summary)}`),
  ];
}

function optionArguments({ flags, value }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(" ");
  switch (value.type) {
    case "none":
      return names;
    case "words":
      return `${names} -x -a ${quote(value.words.join(" "))}`;
    case "files":
      return `${names} -r -F`;
    case "folders":
      return `${names} -x -a '(__fish_complete_directories)'`;
    case "unknown":
      return `${names} -x`;
  }
}

function patterns(command: CompletionCommand, words: readonly string[]): string {
  return words.map((word) => quote(`${command.path} ${word}`)).join(" ");
}

/** In single quotes fish knows these two escapes alone. */
function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
}
