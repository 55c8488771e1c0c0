import { featureKey } from "@heddle/config";
import { Command, CommanderError } from "commander";
import { existsSync } from "node:fs";
import {
  execOptions,
  expandImageLists,
  toExecOptions,
  type ExecTarget,
  type ParsedExecOptions,
} from "./exec/options.ts";
import { holdCommandWords } from "./policy/command-words.ts";
import { registerPolicyCommands } from "./policy/register.ts";
import { registerSandboxCommands } from "./sandbox/register.ts";
import type { ProcessContext } from "./runtime/process.ts";

/** Exit codes that are the same for every command; `exec` and `demo` have their own besides. */
const EXIT = { done: 0, failed: 1, usage: 2, noSandbox: 70, interrupted: 130 } as const;

/**
 * Runs one command line.
 * @returns its exit code, with everything written. Commands load what they need when they run.
 */
export async function runCommandLine(args: readonly string[], context: ProcessContext): Promise<number> {
  let exitCode: number = EXIT.done;
  const ends = (run: () => Promise<number>) => async (): Promise<void> => {
    exitCode = await run();
  };
  let words: readonly string[] = [];
  const program = createProgram(context, ends);
  const wordCommands = {
    context,
    words: () => words,
    run: (command: () => Promise<number>) => ends(command)(),
    overridesOf,
  };
  registerPolicyCommands(program, wordCommands);
  registerSandboxCommands(program, wordCommands);
  const held = holdCommandWords(program, args);
  words = held.words;
  try {
    await program.parseAsync(expandImageLists(held.own, existsSync), { from: "user" });
    return exitCode;
  } catch (error) {
    // Help and version end with 0; everything else that commander says is about usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    throw error;
  }
}

/** Help and version. A reader that goes away, such as `head`, ends the output and is no error. */
function print(text: string): void {
  process.stdout.on("error", () => {});
  process.stdout.write(text);
}

type Ends = (run: () => Promise<number>) => () => Promise<void>;

function createProgram(context: ProcessContext, ends: Ends): Command {
  const program = new Command("heddle")
    .description("A coding agent that runs commands and edits under a policy, an approval and a sandbox.")
    .version(`heddle ${context.version}`, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .showHelpAfterError(true)
    .showSuggestionAfterError(true)
    .enablePositionalOptions(false)
    .configureOutput({ writeOut: print })
    .exitOverride();
  withConfigOptions(program);
  program.addHelpText(
    "after",
    `
Examples:
  heddle exec "make the failing test pass"     run one task in the repository you stand in
  heddle exec --json "list the open TODOs"     the same, as JSON lines for a program
  heddle app-server                            serve a client over stdin and stdout
  heddle demo                                  watch a whole task without a key or a network

Exit codes: 0 done, 1 failed, 2 wrong usage, 70 no usable sandbox, 130 interrupted.`,
  );

  const exec = withConfigOptions(program.command("exec").alias("e"))
    .description("run one task and end; nobody is asked, so what would need an approval is refused")
    .argument("[prompt]", "the task; `-` or nothing reads it from standard input");
  for (const option of execOptions()) exec.addOption(option);
  exec.addHelpText(
    "after",
    `
Examples:
  heddle exec -s workspace-write "update the changelog"
  git diff | heddle exec --stdin-context "review this change"
  heddle exec resume --last "now the tests"`,
  );
  exec.action((prompt: string | undefined) => startExec(exec, { type: "new" }, prompt ?? null)());

  const resume = withConfigOptions(exec.command("resume"))
    .description("go on with an earlier thread")
    .argument("[id]", "the thread")
    .argument("[prompt]", "what to do next")
    .option("--last", "the newest thread of the current provider");
  for (const option of execOptions()) resume.addOption(option);
  resume.action((id: string | undefined, prompt: string | undefined) => {
    const last = resume.opts<{ last?: boolean }>().last === true;
    if (last && prompt !== undefined) resume.error("error: --last takes no thread id");
    const target = last ? { type: "resumeLast" as const } : resumeTarget(id);
    return startExec(resume, target, (last ? id : prompt) ?? null)();
  });

  const server = withConfigOptions(program.command("app-server"))
    .description("serve a client: JSON-RPC, one message a line, over stdin and stdout")
    .option("--listen <url>", "stdio:// is the one place to listen at", "stdio://")
    .option("--stdio", "the same as --listen stdio://")
    .action(async () => {
      const { listen } = server.opts<{ listen: string }>();
      if (listen !== "stdio://") server.error(`error: cannot listen at '${listen}': use stdio://`);
      await ends(async () => {
        const { runAppServer } = await import("./commands/app-server.ts");
        return runAppServer(context, overridesOf(server));
      })();
    });
  const generate = (name: string, what: string, kind: "typescript" | "json-schema"): void => {
    const command = server
      .command(name)
      .description(`write ${what} of the implemented protocol into a folder`)
      .requiredOption("-o, --out <dir>", "the folder; it is made when missing")
      .option("-p, --prettier <path>", "accepted for compatibility; the output is formatted already")
      .action(
        ends(async () => {
          const { writeProtocol } = await import("./commands/generate.ts");
          return writeProtocol(kind, command.opts<{ out: string }>().out);
        }),
      );
  };
  generate("generate-ts", "TypeScript types", "typescript");
  generate("generate-json-schema", "JSON Schemas", "json-schema");

  const applyPatch = program
    .command("apply-patch")
    .description("apply a patch to the files here, whole or not at all; also when called as apply_patch")
    .argument("[patch...]", "the patch; `-` or nothing reads it from standard input")
    .action((patch: readonly string[]) =>
      ends(async () => {
        const { runApplyPatch } = await import("./commands/apply-patch.ts");
        const { stdin, stdout, stderr } = process;
        const values = patch[0] === "-" ? patch.slice(1) : patch;
        return runApplyPatch({ values, stdinAllowed: true }, { cwd: context.cwd, stdin, stdout, stderr });
      })(),
    );
  applyPatch.addHelpText(
    "after",
    `
Examples:
  heddle apply-patch < change.patch
  heddle apply-patch "$(cat change.patch)"`,
  );

  program
    .command("demo")
    .description("run the main job in a sample repository; only the model is scripted")
    .action(
      ends(async () => {
        const { runDemoCommand } = await import("./commands/demo.ts");
        return runDemoCommand(context);
      }),
    );
  return program;

  function startExec(command: Command, target: ExecTarget, prompt: string | null): () => Promise<void> {
    return ends(async () => {
      const options = toExecOptions(command.optsWithGlobals<ParsedExecOptions>(), target, prompt);
      const { runExecCommand } = await import("./commands/exec.ts");
      return runExecCommand(context, options, overridesOf(command));
    });
  }
}

function resumeTarget(id: string | undefined): ExecTarget {
  return id === undefined ? { type: "new" } : { type: "resume", threadId: id };
}

/** `-c`, `--enable` and `--disable`: good before and behind every command. */
function withConfigOptions(command: Command): Command {
  const collect = (value: string, previous: readonly string[] | undefined): string[] => [...(previous ?? []), value];
  return command
    .option("-c, --config <key=value>", "override a configuration value (repeatable)", collect)
    .option("--enable <feature>", "switch a feature on (repeatable)", collect)
    .option("--disable <feature>", "switch a feature off (repeatable)", collect);
}

interface ConfigOptions {
  readonly config?: readonly string[];
  readonly enable?: readonly string[];
  readonly disable?: readonly string[];
}

/**
 * All overrides of a command line, those before the subcommand first: later ones win.
 * @throws Error for a feature that does not exist. Source: configuration spec, section 2.
 */
function overridesOf(command: Command): string[] {
  const chain: Command[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) chain.unshift(at);
  return chain.flatMap((at) => {
    const { config = [], enable = [], disable = [] } = at.opts<ConfigOptions>();
    return [
      ...config,
      ...enable.map((feature) => featureOverride(feature, true)),
      ...disable.map((feature) => featureOverride(feature, false)),
    ];
  });
}

function featureOverride(feature: string, on: boolean): string {
  if (featureKey(feature) === null) throw new Error(`Unknown feature flag: ${feature}`);
  return `features.${feature}=${on}`;
}
