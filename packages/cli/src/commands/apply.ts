import { createTokenSource, type Fetch, type Token } from "@heddle/auth";
import { spawn } from "node:child_process";
import { createAccounts } from "../runtime/accounts.ts";
import { createIdentity } from "../runtime/identity.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { openStoredLogin } from "../runtime/stored-login.ts";

const ANSWER_MS = 30_000;

/**
 * `heddle apply`: fetches the change that a cloud task has made and applies it to the files here, by git.
 * Source: command line spec, section 1.
 * @returns the exit code: 0 applied, 1 not.
 * @throws ConfigError, AuthError. @throws Error when there is no such change.
 */
export async function applyTask(
  context: ProcessContext,
  { task, overrides }: { readonly task: string; readonly overrides: readonly string[] },
): Promise<number> {
  const { config, env, home } = await openStoredLogin(context, overrides);
  const identity = createIdentity({ originator: "codex_cli_rs", version: context.version, env });
  const warn = (message: string): void => void process.stderr.write(`warning: ${message}\n`);
  const { originator } = identity;
  const storeKind = config.authCredentialsStore;
  const { account, refresh, desk, fetch } = createAccounts({ home, env, originator, storeKind, warn });
  try {
    const provider = { id: "openai", requiresOpenaiAuth: true };
    const token = await createTokenSource({ home, env, provider, account, refresh }).token();
    if (token?.login !== "chatgpt") throw new Error("cloud tasks take a ChatGPT login; `heddle login` makes one");
    const url = `${config.chatgptBaseUrl.replace(/\/+$/, "")}/wham/tasks/${encodeURIComponent(task)}`;
    const diff = readDiff(await fetchTask(url, { token, userAgent: identity.current(), fetch }));
    if (diff === null) throw new Error(`task ${task} has no change to apply`);
    return await gitApply(diff, { cwd: context.cwd, env });
  } finally {
    await desk.close();
  }
}

async function fetchTask(
  url: string,
  {
    token: { token, accountId },
    userAgent,
    fetch,
  }: { readonly token: Token; readonly userAgent: string; readonly fetch: Fetch },
): Promise<unknown> {
  const answer = await fetch(url, {
    method: "GET",
    headers: {
      authorization: `Bearer ${token}`,
      "user-agent": userAgent,
      ...(accountId === null ? {} : { "chatgpt-account-id": accountId }),
    },
    redirect: "manual", // somebody else would get the credential
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((error: unknown) => {
    throw new Error(`${url} cannot be reached: ${reasonOf(error)}`, { cause: error });
  });
  const body = await answer.text();
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status} ${answer.statusText}`.trimEnd());
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Error(`${url} answered with something that is not JSON`, { cause });
  }
}

/** The diff of a task's current turn: that of its first output of the type `pr`. */
function readDiff(task: unknown): string | null {
  const items = member(member(task, "current_diff_task_turn"), "output_items");
  if (!Array.isArray(items)) return null;
  const output: unknown = items.find((item) => member(item, "type") === "pr");
  const diff = member(member(output, "output_diff"), "diff");
  return typeof diff === "string" && diff !== "" ? diff : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** What git prints is the person's; nothing is written when the change does not fit. */
function gitApply(diff: string, { cwd, env }: Pick<ProcessContext, "cwd" | "env">): Promise<number> {
  const settings = (env["CODEX_APPLY_GIT_CFG"] ?? "").split(/[\s,]+/).filter((pair) => pair.includes("="));
  const args = [...settings.flatMap((pair) => ["-c", pair]), "apply", "--3way"];
  return new Promise((resolve, reject) => {
    const git = spawn("git", args, { cwd, env: { ...env }, stdio: ["pipe", "inherit", "inherit"] });
    git.once("error", (error) => reject(new Error(`git could not be run: ${error.message}`, { cause: error })));
    git.once("close", (code) => {
      if (code === 0) process.stdout.write("Applied the change.\n");
      resolve(code === 0 ? 0 : 1);
    });
    git.stdin.on("error", () => {}); // git may end without reading all of it
    git.stdin.end(diff);
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
