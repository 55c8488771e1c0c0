import type { Command } from "commander";
import type * as commandModule from "../commands/config.ts";
import type { CommandSetup } from "./command.ts";
import { overridesOf, STRICT_CONFIG } from "./config-options.ts";

type Commands = typeof commandModule;
type ConfigRequest = commandModule.ConfigRequest;

interface ConfigFlags {
  readonly json?: boolean;
}

/** `config`: looks at the configuration and edits the user's file. Source: command line spec, section 1. */
export function registerConfig(config: Command, setup: CommandSetup): void {
  const { context, run } = setup;
  config.addHelpText(
    "after",
    `
Examples:
  heddle config list
  heddle config set model gpt-5.1-codex
  heddle config set sandbox_workspace_write.network_access true
  heddle config where approval_policy

A key is dotted; what has dots itself stands in quotes: 'projects."/srv/x.y".trust_level'.
Exit codes: 0 done, 1 the configuration or the key is wrong, 2 wrong usage.`,
  );
  const add = (
    words: string,
    description: string,
    action: (commands: Commands, request: ConfigRequest, command: Command) => Promise<number>,
  ): Command => {
    const command = config.command(words).description(description).option("--json", "JSON for programs");
    return command.action(async () => {
      const { json = false } = command.opts<ConfigFlags>();
      const overrides = overridesOf(command);
      await run(async () => action(await import("../commands/config.ts"), { context, overrides, json }, command));
    });
  };
  const isStrict = (command: Command): boolean => overridesOf(command).includes(STRICT_CONFIG);
  const word = (command: Command, at: number): string => command.args[at] ?? "";

  add("list", "what is set, and which layer it comes from", (commands, request) => commands.listSettings(request));
  add("keys", "every key there is, with its type, default and meaning", (commands, request) =>
    commands.listKeys(request),
  );
  add("get", "the value that holds", (commands, request, command) =>
    commands.getSetting(request, word(command, 0)),
  ).argument("<key>", "a dotted key");
  add("set", "set a key in your file; comments and order stay", (commands, request, command) =>
    commands.setSetting(request, { key: word(command, 0), value: word(command, 1), strict: isStrict(command) }),
  )
    .argument("<key>", "a dotted key")
    .argument("<value>", "a TOML value, or plain text");
  add("unset", "take a key out of your file", (commands, request, command) =>
    commands.unsetSetting(request, word(command, 0)),
  ).argument("<key>", "a dotted key");
  add("where", "the files that are read, or the places that set a key", (commands, request, command) =>
    commands.whereIs(request, command.args[0] ?? null),
  ).argument("[key]", "a dotted key");
  add("validate", "say everything that is wrong, with file and line", (commands, request, command) =>
    commands.validateSettings(request, { strict: isStrict(command) }),
  );
  config
    .command("schema")
    .description("the JSON Schema of config.toml, for editors")
    .action(() => run(async () => (await import("../commands/config.ts")).printSchema()));
}
