import { followCommands, patterns, quote } from "./posix.ts";
import { allCommands, candidates, type Candidate, type CompletionCommand, type CompletionOption } from "./tree.ts";

/** The completion script for zsh: to be sourced, or put into a folder of \`fpath\` as \`_<name>\`. */
export function zshCompletion(program: CompletionCommand): string {
  const [name = ""] = program.names;
  const commands = allCommands(program);
  const fn = `_${name.replace(/\W/g, "_")}`;
  return `#compdef ${name}
# zsh completion of ${name}. Load it, behind compinit, with: source <(${name} completion zsh)
${fn}() {
  local current=\${words[CURRENT]} previous=\${words[CURRENT - 1]} command=${quote(program.path)} at
  # \`--option=value\` is one word: what is completed is the part behind the sign.
  if [[ $current == --*=* ]] && compset -P '*='; then
    previous=\${current%%=*}
  fi
  for ((at = 2; at < CURRENT; at++)); do
    case "$command \${words[at]}" in
${followCommands(commands)}
    esac
  done
  case "$command $previous" in
${commands
  .flatMap((command) => command.options.map((option) => completeValue(command, option)))
  .filter(Boolean)
  .join("\n")}
  esac
  local -a commands options
  case "$command" in
${commands.map(completeWords).join("\n")}
  esac
  if [[ $current == -* ]]; then
    _describe -o option options
  else
    (( \${#commands} )) && _describe command commands
    _files
  fi
}
# Autoloaded it is this function; sourced it names itself as the completer.
if [[ \${funcstack[1]-} == ${fn} ]]; then
  ${fn} "$@"
else
  compdef ${fn} ${name}
fi
`;
}

function completeValue(command: CompletionCommand, { flags, value }: CompletionOption): string {
  const pattern = patterns(command, flags);
  switch (value.type) {
    case "none":
      return "";
    case "words":
      return `    ${pattern}) compadd -- ${value.words.map(quote).join(" ")}; return ;;`;
    case "files":
      return `    ${pattern}) _files; return ;;`;
    case "folders":
      return `    ${pattern}) _files -/; return ;;`;
    case "unknown":
      return `    ${pattern}) return ;;`;
  }
}

function completeWords(command: CompletionCommand): string {
  const all = candidates(command);
  const isOption = ({ word }: Candidate): boolean => word.startsWith("-");
  return `    ${quote(command.path)})
      commands=(${all
        .filter((each) => !isOption(each))
        .map(described)
        .join(" ")})
      options=(${all.filter(isOption).map(described).join(" ")})
      ;;`;
}

/** `word:summary`, as `_describe` takes it. */
function described({ word, summary }: Candidate): string {
  const escaped = word.replaceAll(":", String.raw`\:`);
  return quote(summary === "" ? escaped : `${escaped}:${summary}`);
}
