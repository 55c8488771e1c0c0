import { allCommands, candidates, type CompletionCommand } from "./tree.ts";

/** The completion script for elvish 0.17 and later. */
export function elvishCompletion(program: CompletionCommand): string {
  const [name = ""] = program.names;
  const commands = allCommands(program);
  return `# elvish completion of ${name}. Load it with: eval (${name} completion elvish | slurp)
set edit:completion:arg-completer[${name}] = {|@words|
  var subcommands = [
${commands.flatMap((command) => command.commands.flatMap((each) => descend(command, each))).join("\n")}
  ]
  var values = [
${commands.flatMap(optionValues).join("\n")}
  ]
  var words-of = [
${commands.map(completeWords).join("\n")}
  ]
  var command = ${quote(program.path)}
  var previous = ''
  for word $words[1..-1] {
    # The value of an option is no command, whatever it looks like.
    if (and (not (has-key $values $command' '$previous)) (has-key $subcommands $command' '$word)) {
      set command = $subcommands[$command' '$word]
    }
    set previous = $word
  }
  if (has-key $values $command' '$previous) {
    all $values[$command' '$previous]
  } else {
    for pair $words-of[$command] {
      edit:complex-candidate $pair[0] &display=$pair[0]' '$pair[1]
    }
  }
}
`;
}

function descend(parent: CompletionCommand, child: CompletionCommand): readonly string[] {
  return child.names.map((name) => `    &${quote(`${parent.path} ${name}`)}=${quote(child.path)}`);
}

function optionValues(command: CompletionCommand): readonly string[] {
  return command.options.flatMap(({ flags, value }) => {
    if (value.type === "none") return [];
    const words = value.type === "words" ? value.words : [];
    return flags.map((flag) => `    &${quote(`${command.path} ${flag}`)}=[${words.map(quote).join(" ")}]`);
  });
}

function completeWords(command: CompletionCommand): string {
  const lists = candidates(command).map(({ word, summary }) => `[${quote(word)} ${quote(summary)}]`);
  return `    &${quote(command.path)}=[${lists.join(" ")}]`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
