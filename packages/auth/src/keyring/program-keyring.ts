import { spawn } from "node:child_process";
import type { Keyring } from "./keyring.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** How long a keyring may take: one that is locked may ask a person, who may not be there. */
const LIMIT_MS = 30_000;

/** The keyring through the program that the system has for it; null on systems without one. */
export function programKeyring(
  service: string,
  { platform, env }: { readonly platform: NodeJS.Platform; readonly env: Environment },
): Keyring | null {
  if (platform === "darwin") return securityKeyring(service, env);
  return platform === "linux" ? secretToolKeyring(service, env) : null;
}

/** libsecret's `secret-tool`. The secret goes over standard input, so that no list of processes shows it. */
function secretToolKeyring(service: string, env: Environment): Keyring {
  const attributes = (account: string): string[] => ["service", service, "account", account];
  const run = (args: readonly string[], input = ""): Promise<Ended> => runProgram("secret-tool", args, { env, input });
  const get = async (account: string): Promise<string | null> => {
    const { code, stdout, stderr } = await run(["lookup", ...attributes(account)]);
    if (code === 0) return stdout.replace(/\n$/, "");
    if (stderr.trim() === "") return null; // an entry that is not there is no complaint
    throw new Error(`secret-tool: ${stderr.trim()}`);
  };
  return {
    get,
    async set(account, secret) {
      mustSucceed(await run(["store", `--label=${service}`, ...attributes(account)], secret), "secret-tool");
    },
    async remove(account) {
      if ((await get(account)) === null) return false;
      mustSucceed(await run(["clear", ...attributes(account)]), "secret-tool");
      return true;
    },
  };
}

/** The exit code of `security` for an entry that is not there. */
const NOT_FOUND = 44;

/** macOS's `security`, untested. Its commands are read from standard input, so that no list of processes shows the secret. */
function securityKeyring(service: string, env: Environment): Keyring {
  const program = "/usr/bin/security";
  const entry = (account: string): string[] => ["-s", service, "-a", account];
  const get = async (account: string): Promise<string | null> => {
    const ended = await runProgram(program, ["find-generic-password", "-w", ...entry(account)], { env, input: "" });
    if (ended.code === NOT_FOUND) return null;
    mustSucceed(ended, program);
    return ended.stdout.replace(/\n$/, "");
  };
  return {
    get,
    async set(account, secret) {
      const hex = Buffer.from(secret, "utf8").toString("hex");
      const input = `add-generic-password -U -s "${service}" -a "${account}" -X ${hex}\n`;
      mustSucceed(await runProgram(program, ["-i"], { env, input }), program);
    },
    async remove(account) {
      const ended = await runProgram(program, ["delete-generic-password", ...entry(account)], { env, input: "" });
      if (ended.code === NOT_FOUND) return false;
      mustSucceed(ended, program);
      return true;
    },
  };
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function mustSucceed({ code, stderr }: Ended, program: string): void {
  if (code !== 0) throw new Error(`${program}: ${stderr.trim() || `exit code ${code}`}`);
}

function runProgram(
  program: string,
  args: readonly string[],
  { env, input }: { readonly env: Environment; readonly input: string },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: "pipe" });
    // Not the `timeout` of spawn: its timer outlives a program that could not be started, and holds our process.
    const limit = setTimeout(() => child.kill(), LIMIT_MS);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdin.on("error", () => {}).end(input); // a program that does not read says why on its own
    child.once("error", (error) => {
      clearTimeout(limit);
      reject(new Error(`${program}: ${error.message}`, { cause: error }));
    });
    child.once("close", (code) => {
      clearTimeout(limit);
      resolve({ code, stdout, stderr });
    });
  });
}
