import type { SandboxMode } from "@heddle/config";
import { Option, type Command } from "commander";
import { SANDBOX_MODES } from "../policy/choices.ts";
import { COMMAND_WORDS } from "./command-words.ts";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";
import { append, once, oneOf } from "./option-kinds.ts";

interface SandboxFlags {
  readonly sandbox?: SandboxMode;
  readonly fullAuto?: boolean;
  readonly addDir?: readonly string[];
  readonly network?: boolean;
  readonly cd?: string;
  readonly probe?: boolean;
  readonly json?: boolean;
}

/** A sandbox that is asked for by the name of its platform. */
interface PlatformSandbox {
  readonly name: string;
  readonly alias: string | null;
  readonly platform: NodeJS.Platform;
  /** As errors name it. */
  readonly title: string;
  readonly system: string;
}

const PLATFORM_SANDBOXES: readonly PlatformSandbox[] = [
  { name: "linux", alias: "landlock", platform: "linux", title: "Linux sandbox", system: "Linux" },
  { name: "macos", alias: "seatbelt", platform: "darwin", title: "Seatbelt sandbox", system: "macOS" },
  { name: "windows", alias: null, platform: "win32", title: "Windows sandbox", system: "Windows" },
];

/** `sandbox`, and the forms that name a platform. Source: command line spec, section 6. */
export function registerSandbox(sandbox: Command, setup: CommandSetup): void {
  const { context, run } = setup;
  sandbox
    .argument(`[${COMMAND_WORDS}...]`, "the command, taken as it is; `--` may stand before it")
    .addOption(
      oneOf(new Option("-s, --sandbox <mode>", "what it may touch (default: your configuration's)"), SANDBOX_MODES),
    )
    .addOption(new Option("--full-auto", "short for --sandbox workspace-write").conflicts("sandbox"))
    .addOption(new Option("--add-dir <dir>", "another folder that it may write to (repeatable)").argParser(append))
    .option("--network", "let it reach the network, with workspace-write")
    .addOption(new Option("-C, --cd <dir>", "the folder to run it in, which is also its workspace").argParser(once))
    .option("--probe", "run nothing: say what can be enforced on this machine, and how to get more")
    .option("--json", "with --probe: one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  heddle sandbox -s read-only -- npm test
  heddle sandbox -s workspace-write --add-dir ../build -- make
  heddle sandbox --probe

\`sandbox linux\`, \`sandbox macos\` and \`sandbox windows\` run a command read-only, or as in workspace-write with --full-auto,
and only on that system.
Exit codes: the command's own, 128 + n when signal n ended it, 70 when its policy cannot be enforced here, 126 when it
cannot be run, 127 when it is not there, 2 wrong usage.`,
    )
    .action(async () => {
      const { probe = false, json = false } = sandbox.opts<SandboxFlags>();
      if (!probe) return runWords(sandbox, null, setup);
      if (setup.words().length > 0) sandbox.error("error: --probe runs no command");
      const overrides = overridesOf(sandbox);
      await run(async () => {
        const { probeSandboxes } = await import("../commands/sandbox.ts");
        return probeSandboxes(context, { json, overrides });
      });
    });
  for (const kind of PLATFORM_SANDBOXES) registerPlatform(sandbox, kind, setup);
}

function registerPlatform(parent: Command, kind: PlatformSandbox, setup: CommandSetup): void {
  const command = parent
    .command(kind.name)
    .description(`the same on ${kind.system} alone; read-only unless told otherwise`)
    .argument(`[${COMMAND_WORDS}...]`, "the command, taken as it is; `--` may stand before it")
    .option("--full-auto", "as in workspace-write")
    .addHelpText("after", `\nExample:\n  heddle sandbox ${kind.name} --full-auto -- npm test`);
  if (kind.alias !== null) command.alias(kind.alias);
  // Accepted for compatibility: where there is no Seatbelt, nothing is logged.
  if (kind.platform === "darwin") command.addOption(new Option("--log-denials").hideHelp());
  command.action(async () => {
    if (process.platform !== kind.platform) {
      throw new Error(`${kind.title} is only available on ${kind.system}`);
    }
    await runWords(command, "read-only", setup);
  });
}

/** @param unsaid the mode when no option says one; null: the configuration's. */
async function runWords(
  command: Command,
  unsaid: SandboxMode | null,
  { context, words, run }: CommandSetup,
): Promise<void> {
  const argv = words();
  if (argv.length === 0) command.error(`error: missing required argument '${COMMAND_WORDS}': name the command to run`);
  const flags = command.optsWithGlobals<SandboxFlags>();
  if (flags.json === true) command.error("error: --json goes with --probe");
  const request = {
    mode: flags.fullAuto === true ? ("workspace-write" as const) : (flags.sandbox ?? unsaid),
    addDirs: flags.addDir ?? [],
    network: flags.network ?? false,
    cwd: flags.cd ?? null,
    overrides: overridesOf(command),
  };
  await run(async () => {
    const { runSandboxCommand } = await import("../commands/sandbox.ts");
    return runSandboxCommand(context, request, argv);
  });
}
