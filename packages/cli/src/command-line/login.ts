import { Option, type Command } from "commander";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";
import { once } from "./option-kinds.ts";

interface LoginFlags {
  readonly withApiKey?: boolean;
  readonly apiKey?: string;
  readonly deviceAuth?: boolean;
  readonly experimental_issuer?: string;
  readonly experimental_clientId?: string;
}

/** `login` and `login status`. Source: authentication spec, sections 3 to 5 and 8. */
export function registerLogin(login: Command, { context, run }: CommandSetup): void {
  login
    .addOption(new Option("--with-api-key", "read an API key from standard input").conflicts("deviceAuth"))
    .option("--device-auth", "log in on another device, with a code")
    .addOption(new Option("--api-key <key>").argParser(once).hideHelp())
    .addOption(new Option("--experimental_issuer <url>").argParser(once).hideHelp())
    .addOption(new Option("--experimental_client-id <id>").argParser(once).hideHelp())
    .addHelpText(
      "after",
      `
Examples:
  heddle login                                               in the browser, with ChatGPT
  heddle login --device-auth                                 where there is no browser
  printenv OPENAI_API_KEY | heddle login --with-api-key      with a key
  heddle login status

Exit codes: 0 logged in, 1 not, 2 wrong usage.`,
    )
    .action(async () => {
      const flags = login.opts<LoginFlags>();
      if (flags.apiKey !== undefined) {
        throw new Error(
          "--api-key is gone: others can read arguments. Use `printenv OPENAI_API_KEY | heddle login --with-api-key`",
        );
      }
      const request = {
        method: flags.withApiKey === true ? "apiKey" : flags.deviceAuth === true ? "device" : "browser",
        issuer: flags.experimental_issuer ?? null,
        clientId: flags.experimental_clientId ?? null,
        overrides: overridesOf(login),
      } as const;
      await run(async () => {
        const { runLogin } = await import("../commands/login.ts");
        return runLogin(context, request);
      });
    });
  const status = login
    .command("status")
    .description("say which login is stored; exit code 1 when there is none")
    .addHelpText("after", "\nExample:\n  heddle login status || heddle login")
    .action(() =>
      run(async () => {
        const { runLoginStatus } = await import("../commands/login-status.ts");
        return runLoginStatus(context, overridesOf(status));
      }),
    );
}

/** `logout`. */
export function registerLogout(logout: Command, { context, run }: CommandSetup): void {
  logout
    .addHelpText(
      "after",
      "\nExample:\n  heddle logout\n\nExit codes: 0 nothing is stored any more, 1 it could not be removed, 2 wrong usage.",
    )
    .action(() =>
      run(async () => {
        const { runLogout } = await import("../commands/login-status.ts");
        return runLogout(context, overridesOf(logout));
      }),
    );
}
