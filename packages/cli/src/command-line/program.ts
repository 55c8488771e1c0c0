import { Command } from "commander";
import { nearest } from "@heddle/config";
import type { ProcessContext } from "../runtime/process.ts";
import { refuseScreen, withScreenOptions } from "./screen.ts";

/** The bare command: what it takes without the name of another one, and how all of them speak. */
export function createProgram({ version }: Pick<ProcessContext, "version">): Command {
  const program = new Command("heddle")
    .description("A coding agent that runs commands and edits under a policy, an approval and a sandbox.")
    .argument("[prompt]", "the task, for the terminal screen")
    .version(`heddle ${version}`, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .showSuggestionAfterError(true)
    // An option belongs to the command that it stands behind.
    .enablePositionalOptions()
    .allowExcessArguments() // `refuseStrayWords` has more to say about them
    .configureOutput({ writeOut: print })
    .exitOverride();
  withScreenOptions(program).addHelpText(
    "after",
    `
Examples:
  heddle exec "make the failing test pass"     run one task in the repository you stand in
  heddle exec --json "list the open TODOs"     the same, as JSON lines for a program
  heddle app-server                            serve a client over stdin and stdout
  heddle demo                                  watch a whole task without a key or a network

Exit codes: 0 done, 1 failed, 2 wrong usage, 70 no usable sandbox, 130 interrupted.`,
  );
  return program
    .hook("preAction", (_, command) => refuseStrayWords(command))
    .action(() => refuseScreen(program, 'heddle exec "..."'));
}

/** Words that no command takes: with what was meant, where a name is near. A task of one word may look like a name. */
function refuseStrayWords(command: Command): void {
  const { args, registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const tooMany = args.length > registeredArguments.length && last?.variadic !== true;
  const [first = ""] = args;
  const meant = nearest(
    first,
    command.commands.map((each) => each.name()),
  );
  if (meant !== null && (tooMany || command.parent === null)) {
    command.error(`error: unknown command '${first}'\n(Did you mean ${meant}?)`);
  }
  if (tooMany) command.error(`error: unexpected argument '${args[registeredArguments.length]}' found`);
}

/** After an error: the usage of the command that it is about, and where there is more. */
export function pointToHelp(command: Command): void {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  const name = names.join(" ");
  command.showHelpAfterError(`\nUsage: ${name} ${command.usage()}\n\n\`${name} --help\` tells more.`);
}

/** Help and version. A reader that goes away, such as `head`, ends the output and is no error. */
function print(text: string): void {
  process.stdout.on("error", () => {});
  process.stdout.write(text);
}
