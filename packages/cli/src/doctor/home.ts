import { loginMethod, AuthError, type CredentialStore } from "@heddle/auth";
import { validateConfig, type ConfigFailure, type LayerSources } from "@heddle/config";
import { EngineError, readHomePolicy, type RolloutStore } from "@heddle/core";
import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { failed, ok, warning, type Finding } from "./finding.ts";

/** Below this a rollout may not be written to its end. */
const FEW_BYTES = 100 * 1024 * 1024;

/** The folder is made when something is first written; what is there has to be writable and to have room. */
export async function checkHome(home: string): Promise<Finding> {
  const state = await stat(home).catch(() => null);
  if (state === null) return ok("home", `${home} (not there yet; it is made when needed)`);
  if (!state.isDirectory()) return failed("home", `${home} is no folder`, `mv ${home} ${home}.old`);
  const isWritable = await access(home, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) return failed("home", `${home} cannot be written`, `chown -R "$(id -un)" ${home}`);
  const { bavail, bsize } = await statfs(home);
  if (bavail * bsize < FEW_BYTES) {
    const left = Math.floor((bavail * bsize) / (1024 * 1024));
    return warning("home", `${home}: ${left} MB are left on its disk`, "free some space: a full disk ends turns");
  }
  return ok("home", home);
}

/** Errors keep every thread from starting; unknown keys do nothing, which is seldom what was meant. */
export async function checkConfig(sources: LayerSources): Promise<Finding> {
  const problems = await validateConfig(sources);
  const error = problems.find(({ kind }) => kind !== "unknownKey") ?? null;
  if (error !== null) return failed("config", describe(error), "heddle config validate");
  const [unknown] = problems;
  if (unknown !== undefined) return warning("config", describe(unknown), "heddle config validate");
  return ok("config", "valid");
}

function describe({ file, line, reason }: ConfigFailure): string {
  const place = [file, line].filter((part) => part !== null).join(":");
  return place === "" ? reason : `${place}: ${reason}`;
}

/** A rule file that cannot be read refuses every thread. */
export async function checkRules(home: string): Promise<Finding> {
  try {
    const { rules } = await readHomePolicy(home);
    return ok("rules", rules.length === 1 ? "1 rule" : `${rules.length} rules`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return failed("rules", error.message, "mend the file, or move it out of the folder");
  }
}

/** @param usesLogin whether the provider in use takes the stored login. @param keyOfRun a key from the environment. */
export async function checkCredentials(
  store: Pick<CredentialStore, "load">,
  { path, usesLogin, keyOfRun }: { readonly path: string; readonly usesLogin: boolean; readonly keyOfRun: boolean },
): Promise<Finding> {
  try {
    const stored = await store.load();
    if (stored === null) {
      if (!usesLogin) return ok("credentials", "not logged in; the provider does not ask for it");
      if (keyOfRun) return ok("credentials", "an API key from the environment");
      return failed("credentials", "not logged in", "heddle login");
    }
    const state = await stat(path).catch(() => null);
    if (state !== null && process.platform !== "win32" && (state.mode & 0o077) !== 0) {
      return warning("credentials", `others may read ${path}`, `chmod 600 ${path}`);
    }
    return ok("credentials", loginMethod(stored) === "apiKey" ? "an API key is stored" : "logged in with ChatGPT");
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    return failed("credentials", error.message, "heddle logout && heddle login");
  }
}

/** The rollouts of a home can be listed. */
export async function checkThreads(store: Pick<RolloutStore, "list">, defaultProvider: string): Promise<Finding> {
  const startedAt = performance.now();
  const { threads } = await store.list({ limit: 1, modelProviders: [], defaultProvider });
  const took = Math.round(performance.now() - startedAt);
  return ok("threads", threads.length === 0 ? "none yet" : `the newest was found in ${took} ms`);
}
