import { AuthError, loginMethod, maskApiKey } from "@heddle/auth";
import type { ProcessContext } from "../runtime/process.ts";
import { openStoredLogin } from "../runtime/stored-login.ts";

/**
 * `heddle login status`: which login is stored. Keys in the environment are not looked at.
 * Source: authentication spec, section 8.
 * @returns the exit code: 0 somebody is logged in, 1 nobody is, or it cannot be told.
 * @throws ConfigError
 */
export async function runLoginStatus(context: ProcessContext, overrides: readonly string[]): Promise<number> {
  const { store } = await openStoredLogin(context, overrides);
  return telling("Error checking login status", async () => {
    const stored = await store.load();
    switch (stored === null ? null : loginMethod(stored)) {
      case "apiKey":
        return { text: `Logged in using an API key - ${maskApiKey(stored?.apiKey ?? "")}`, exitCode: 0 };
      case "chatgpt":
        return { text: "Logged in using ChatGPT", exitCode: 0 };
      case null:
        return { text: "Not logged in", exitCode: 1 };
    }
  });
}

/**
 * `heddle logout`: removes the stored login.
 * @returns the exit code: 0 nobody is logged in any more, 1 it could not be removed.
 * @throws ConfigError
 */
export async function runLogout(context: ProcessContext, overrides: readonly string[]): Promise<number> {
  const { store } = await openStoredLogin(context, overrides);
  return telling("Error logging out", async () => {
    const removed = await store.remove();
    return { text: removed ? "Successfully logged out" : "Not logged in", exitCode: 0 };
  });
}

async function telling(
  failure: string,
  run: () => Promise<{ readonly text: string; readonly exitCode: number }>,
): Promise<number> {
  try {
    const { text, exitCode } = await run();
    process.stderr.write(`${text}\n`);
    return exitCode;
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    process.stderr.write(`${failure}: ${error.message}\n`);
    return 1;
  }
}
