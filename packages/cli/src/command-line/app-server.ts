import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";

/** `app-server`, and the generators of its protocol. */
export function registerAppServer(server: Command, setup: CommandSetup): void {
  const { context, run } = setup;
  server
    .option("--listen <url>", "stdio:// is the one place to listen at", "stdio://")
    .option("--stdio", "the same as --listen stdio://")
    .action(async () => {
      const { listen } = server.opts<{ listen: string }>();
      if (listen !== "stdio://") server.error(`error: cannot listen at '${listen}': use stdio://`);
      await run(async () => {
        const { runAppServer } = await import("../commands/app-server.ts");
        return runAppServer(context, overridesOf(server));
      });
    });
  registerGenerator(server, setup, { name: "generate-ts", what: "TypeScript types", kind: "typescript" });
  registerGenerator(server, setup, { name: "generate-json-schema", what: "JSON Schemas", kind: "json-schema" });
}

function registerGenerator(
  server: Command,
  { run }: CommandSetup,
  { name, what, kind }: { readonly name: string; readonly what: string; readonly kind: "typescript" | "json-schema" },
): void {
  const generate = server
    .command(name)
    .description(`write ${what} of the implemented protocol into a folder`)
    .requiredOption("-o, --out <dir>", "the folder; it is made when missing")
    .option("-p, --prettier <path>", "accepted for compatibility; the output is formatted already")
    .action(() =>
      run(async () => {
        const { writeProtocol } = await import("../commands/generate.ts");
        return writeProtocol(kind, generate.opts<{ out: string }>().out);
      }),
    );
}
