import {
  apiKeyLogin,
  AuthError,
  deviceLogin,
  issuerOf,
  startBrowserLogin,
  type DeviceCode,
  type Issuer,
} from "@heddle/auth";
import { createTextFetch } from "@heddle/models";
import { openBrowser } from "../runtime/open-browser.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { keyPatience, readAll } from "../runtime/stdin.ts";
import { openStoredLogin } from "../runtime/stored-login.ts";
import { originatorOf } from "../runtime/user-agent.ts";

/** What the arguments of `heddle login` say. */
export interface LoginRequest {
  readonly method: "browser" | "device" | "apiKey";
  /** Another issuer than the usual one, and as whom it knows this program. */
  readonly issuer: string | null;
  readonly clientId: string | null;
  /** `-c key=value`. */
  readonly overrides: readonly string[];
}

/**
 * `heddle login`: makes a login the stored one. Source: authentication spec, sections 3 to 5.
 * @returns the exit code: 0 logged in, 1 not.
 * @throws ConfigError
 */
export async function runLogin(context: ProcessContext, request: LoginRequest): Promise<number> {
  const { store, config, env } = await openStoredLogin(context, request.overrides);
  const { forcedLoginMethod: forced } = config;
  if (forced === "chatgpt" && request.method === "apiKey") {
    return fail(new AuthError({ kind: "loginDisabled", method: "api" }).message);
  }
  if (forced === "api" && request.method !== "apiKey") {
    return fail(new AuthError({ kind: "loginDisabled", method: "chatgpt" }).message);
  }
  const shared = {
    account: store,
    issuer: chooseIssuer(request, env),
    fetch: createTextFetch(env),
    now: () => new Date(),
    workspaceId: config.forcedChatgptWorkspaceId,
  };
  switch (request.method) {
    case "apiKey":
      return logInWithKey(store);
    case "browser":
      return finish("Error logging in", async () => {
        const login = await startBrowserLogin({
          ...shared,
          originator: originatorOf(env, "codex_cli_rs"),
          timeoutMs: null,
          ...callbackPort(env),
        });
        // The address stands alone on its line: programs read it from there.
        tell(
          `Waiting for the browser on http://localhost:${login.port}. Where none opens, go to:\n\n${login.authUrl}\n`,
        );
        await openBrowser(login.authUrl);
        await login.completed;
      });
    case "device":
      return finish("Error logging in with device code", () =>
        deviceLogin({
          ...shared,
          onCode: (code) => process.stdout.write(deviceText(code, context.version)),
          signal: new AbortController().signal,
        }),
      );
  }
}

async function logInWithKey(store: Parameters<typeof apiKeyLogin>[0]): Promise<number> {
  if (process.stdin.isTTY) {
    return fail(
      "The key is read from standard input, so that it stands in no history. For example:\n" +
        "  printenv OPENAI_API_KEY | heddle login --with-api-key",
    );
  }
  tell("Reading API key from stdin...");
  const apiKey = await readAll(process.stdin, {
    signal: new AbortController().signal,
    patience: keyPatience(tell),
  });
  if (apiKey.trim() === "") return fail("No API key provided via stdin.");
  return finish("Error logging in", () => apiKeyLogin(store, { apiKey }));
}

function chooseIssuer({ issuer, clientId }: LoginRequest, env: ProcessContext["env"]): Issuer {
  return issuerOf({
    ...env,
    ...(issuer === null ? {} : { HEDDLE_LOGIN_ISSUER: issuer }),
    ...(clientId === null ? {} : { HEDDLE_LOGIN_CLIENT_ID: clientId }),
  });
}

/** Another issuer than that of ChatGPT may know this program by another port; 0 takes any. */
function callbackPort(env: ProcessContext["env"]): { readonly port?: number } {
  const port = Number(env["HEDDLE_LOGIN_PORT"]?.trim() || Number.NaN);
  return Number.isInteger(port) && port >= 0 && port < 65_536 ? { port } : {};
}

function deviceText({ url, userCode }: DeviceCode, version: string): string {
  return `Heddle v${version}

Log in on any device:

  1. Open   ${url}
  2. Enter  ${userCode}

The code ends in 15 minutes. Do not share it: who has it can log in as you.
`;
}

async function finish(failure: string, login: () => Promise<void>): Promise<number> {
  try {
    await login();
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    return fail(`${failure}: ${error.message}`);
  }
  tell("Successfully logged in");
  return 0;
}

function fail(message: string): number {
  tell(message);
  return 1;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
