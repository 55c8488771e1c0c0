import { allCommands, candidates, type CompletionCommand } from "./tree.ts";

/** The completion script for PowerShell 5.1 and later. */
export function powershellCompletion(program: CompletionCommand): string {
  const [name = ""] = program.names;
  const commands = allCommands(program);
  return `# PowerShell completion of ${name}. Load it with: ${name} completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ${quote(name)} -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $subcommands = @{
${commands.flatMap((command) => command.commands.flatMap((each) => descend(command, each))).join("\n")}
    }
    $values = @{
${commands.flatMap(optionValues).join("\n")}
    }
    $command = ${quote(program.path)}
    $previous = ''
    $elements = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition })
    foreach ($element in $elements) {
        $word = $element.Extent.Text
        # The value of an option is no command, whatever it looks like.
        if (-not $values.ContainsKey("$command $previous") -and $subcommands.ContainsKey("$command $word")) {
            $command = $subcommands["$command $word"]
        }
        $previous = $word
    }
    if ($values.ContainsKey("$command $previous")) {
        $words = @($values["$command $previous"] | ForEach-Object { , @($_, '') })
    } else {
        $words = @(switch ($command) {
${commands.map(completeWords).join("\n")}
        })
    }
    foreach ($pair in $words) {
        if ($pair[0] -like "$wordToComplete*") {
            $tip = if ($pair[1]) { $pair[1] } else { $pair[0] }
            [System.Management.Automation.CompletionResult]::new($pair[0], $pair[0], 'ParameterValue', $tip)
        }
    }
}
`;
}

function descend(parent: CompletionCommand, child: CompletionCommand): readonly string[] {
  return child.names.map((name) => `        ${quote(`${parent.path} ${name}`)} = ${quote(child.path)}`);
}

function optionValues(command: CompletionCommand): readonly string[] {
  return command.options.flatMap(({ flags, value }) => {
    if (value.type === "none") return [];
    const words = value.type === "words" ? value.words : [];
    return flags.map((flag) => `        ${quote(`${command.path} ${flag}`)} = @(${words.map(quote).join(", ")})`);
  });
}

function completeWords(command: CompletionCommand): string {
  const lines = candidates(command).map(
    ({ word, summary }) => `                , @(${quote(word)}, ${quote(summary)})`,
  );
  return `            ${quote(command.path)} {\n${lines.join("\n")}\n            }`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
