import { followCommands, patterns, quote } from "./posix.ts";
import { allCommands, candidates, type CompletionCommand, type CompletionOption } from "./tree.ts";

/** The completion script for bash 4 and later. */
export function bashCompletion(program: CompletionCommand): string {
  const [name = ""] = program.names;
  const commands = allCommands(program);
  const fn = `_${name.replace(/\W/g, "_")}`;
  return `# bash completion of ${name}. Load it with: source <(${name} completion bash)
${fn}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  # \`--option=value\` comes as three words.
  if [[ $current == "=" ]]; then
    current=""
  elif [[ $previous == "=" ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  local command=${quote(program.path)} at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "$command \${COMP_WORDS[at]}" in
${followCommands(commands)}
    esac
  done
  case "$command $previous" in
${commands
  .flatMap((command) => command.options.map((option) => completeValue(command, option)))
  .filter(Boolean)
  .join("\n")}
  esac
  local words=""
  case "$command" in
${commands.map(completeWords).join("\n")}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
# Where none of these words fits, a file may be meant.
complete -o bashdefault -o default -F ${fn} ${name}
`;
}

function completeValue(command: CompletionCommand, { flags, value }: CompletionOption): string {
  const pattern = patterns(command, flags);
  switch (value.type) {
    case "none":
      return "";
    case "words":
      return `    ${pattern}) mapfile -t COMPREPLY < <(compgen -W ${quote(value.words.join(" "))} -- "$current"); return ;;`;
    case "files":
    case "unknown":
      return `    ${pattern}) COMPREPLY=(); return ;;`;
    case "folders":
      return `    ${pattern}) mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;`;
  }
}

function completeWords(command: CompletionCommand): string {
  const words = candidates(command).map(({ word }) => word);
  return `    ${quote(command.path)}) words=${quote(words.join(" "))} ;;`;
}
