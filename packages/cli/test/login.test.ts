import { jwt, startIssuer, type IssuerAnswer, type IssuerRequest } from "@heddle/testkit";
import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, type CommandRig } from "./support/command-rig.ts";

const ID_TOKEN = jwt({ "https://api.openai.com/auth": { chatgpt_account_id: "acc_1", chatgpt_plan_type: "pro" } });
const TOKENS = { id_token: ID_TOKEN, access_token: "secret-access", refresh_token: "secret-refresh" };
const KEY = "sk-proj-0123456789abcdef";
const FORCED = (method: string) => ({ settings: `forced_login_method = "${method}"` });

/** Opens addresses, as a browser whose user says yes: it goes straight back with a code. */
const BROWSER = `#!/usr/bin/env node
const { searchParams } = new URL(process.argv[2]);
fetch(searchParams.get("redirect_uri") + "?code=code_1&state=" + searchParams.get("state")).then((page) => page.text());
`;

/** Knows one code, and no API keys. */
function issue({ path, body }: IssuerRequest): IssuerAnswer {
  switch (path) {
    case "/api/accounts/deviceauth/usercode":
      return { body: { device_auth_id: "dev_1", user_code: "ABCD-1234", interval: "0" } };
    case "/api/accounts/deviceauth/token":
      return { body: { authorization_code: "code_1", code_challenge: "c", code_verifier: "verifier_1" } };
    default:
      return body["code"] === "code_1" ? { body: TOKENS } : { status: 403, body: {} };
  }
}

async function storedIn({ workspace }: CommandRig): Promise<unknown> {
  const file = join(workspace.home, "auth.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  return JSON.parse(await readFile(file, "utf8"));
}

describe("heddle login --with-api-key", () => {
  test("stores the key from standard input, and nothing shows it", async () => {
    await using rig = await createRig();
    const { code, stdout, stderr } = await rig.run(["login", "--with-api-key"], { stdin: ` ${KEY}\n` });
    const told = "Reading API key from stdin...\nSuccessfully logged in\n";
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: told });
    expect(await storedIn(rig)).toEqual({ OPENAI_API_KEY: KEY });

    const status = await rig.run(["login", "status"]);
    const masked = "Logged in using an API key - sk-proj-***bcdef\n";
    expect(status).toMatchObject({ code: 0, stdout: "", stderr: masked });
  });

  test.each([
    [
      "nothing on standard input",
      "login --with-api-key",
      {},
      "Reading API key from stdin...\nNo API key provided via stdin.\n",
    ],
    [
      "a configuration that wants ChatGPT",
      "login --with-api-key",
      FORCED("chatgpt"),
      "API key login is disabled. Use ChatGPT login instead.\n",
    ],
    [
      "a key among the arguments",
      `login --api-key ${KEY}`,
      {},
      "Error: --api-key is gone: others can read arguments. Use `printenv OPENAI_API_KEY | heddle login --with-api-key`\n",
    ],
  ])("%s is refused", async (_, args, setup, stderr) => {
    await using rig = await createRig(setup);
    expect(await rig.run(args.split(" "))).toMatchObject({ code: 1, stdout: "", stderr });
    await expect(storedIn(rig)).rejects.toThrow("ENOENT");
  });
});

describe("heddle login", () => {
  test("opens the browser at the address that it prints on a line of its own, and stores what comes back", async () => {
    await using issuer = await startIssuer(issue);
    await using rig = await createRig({ files: { "bin/xdg-open": BROWSER } });
    const { cwd, env } = rig.workspace;
    await chmod(join(cwd, "bin", "xdg-open"), 0o755);
    const PATH = `${join(cwd, "bin")}:${env["PATH"]}`;
    const { code, stdout, stderr } = await rig.run(["login"], {
      env: { HEDDLE_LOGIN_ISSUER: issuer.url, HEDDLE_LOGIN_PORT: "0", PATH },
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(new RegExp(`\n${issuer.url}/oauth/authorize\\?\\S+\n`));
    expect(stderr).toMatch(/\nSuccessfully logged in\n$/);
    expect(await storedIn(rig)).toMatchObject({ OPENAI_API_KEY: null, tokens: { account_id: "acc_1" } });
    expect(await rig.run(["login", "status"])).toMatchObject({ code: 0, stderr: "Logged in using ChatGPT\n" });
  });

  test("tells why it failed", async () => {
    await using issuer = await startIssuer(issue);
    await using rig = await createRig();
    const running = rig.start(["login"], {
      env: { HEDDLE_LOGIN_ISSUER: issuer.url, HEDDLE_LOGIN_PORT: "0", PATH: "" },
    });
    await running.says("/oauth/authorize?");
    const [, port] = /localhost:(\d+)/.exec(running.text.stderr) ?? [];
    await fetch(`http://127.0.0.1:${port}/cancel`);
    const { code, stderr } = await running.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/\nError logging in: Login was not completed\n$/);
  });

  test("is refused where the configuration wants an API key", async () => {
    await using rig = await createRig(FORCED("api"));
    const stderr = "ChatGPT login is disabled. Use API key login instead.\n";
    for (const args of [["login"], ["login", "--device-auth"]]) {
      expect(await rig.run(args)).toMatchObject({ code: 1, stdout: "", stderr });
    }
  });
});

describe("heddle login --device-auth", () => {
  test("prints a code and where to type it in, and stores what that gives", async () => {
    await using issuer = await startIssuer(issue);
    await using rig = await createRig();
    const args = [
      "login",
      "--device-auth",
      "--experimental_issuer",
      issuer.url,
      "--experimental_client-id",
      "client_1",
    ];
    const { code, stdout, stderr } = await rig.run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "Successfully logged in\n" });
    for (const part of [`${issuer.url}/codex/device`, "ABCD-1234", "15 minutes"]) expect(stdout).toContain(part);
    expect(issuer.requests[0]?.body).toEqual({ client_id: "client_1" });
    expect(await storedIn(rig)).toMatchObject({ tokens: { access_token: "secret-access" } });
    expect(`${stdout}${stderr}`).not.toContain("secret");
  });

  test("tells why it failed", async () => {
    await using issuer = await startIssuer(() => ({ status: 503, body: {} }));
    await using rig = await createRig();
    const ended = await rig.run(["login", "--device-auth"], { env: { HEDDLE_LOGIN_ISSUER: issuer.url } });
    const stderr = "Error logging in with device code: device code request failed with status 503\n";
    expect(ended).toMatchObject({ code: 1, stdout: "", stderr });
  });
});

describe("heddle logout and login status", () => {
  test("remove the login, and tell that there is none", async () => {
    await using rig = await createRig({ homeFiles: { "auth.json": JSON.stringify({ OPENAI_API_KEY: KEY }) } });
    expect(await rig.run(["logout"])).toMatchObject({ code: 0, stdout: "", stderr: "Successfully logged out\n" });
    expect(await rig.run(["logout"])).toMatchObject({ code: 0, stdout: "", stderr: "Not logged in\n" });
    expect(await rig.run(["login", "status"])).toMatchObject({ code: 1, stdout: "", stderr: "Not logged in\n" });
  });

  test("a store that holds something else is an error that quotes nothing of it", async () => {
    await using rig = await createRig({ homeFiles: { "auth.json": `"${KEY}` } });
    const { code, stderr } = await rig.run(["login", "status"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error checking login status: .*auth\.json: not JSON; log out and in again/);
    expect(stderr).not.toContain(KEY);
  });

  test("a misspelt word gets a suggestion", async () => {
    await using rig = await createRig();
    const { code, stderr } = await rig.run(["login", "statsu"]);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown command 'statsu'\n(Did you mean status?)");
  });
});

/** No keyring can be reached: neither a bus is named nor one in the usual place. macOS has its own beside that. */
describe.skipIf(process.platform !== "linux").each([
  ["no keyring answers", {}],
  // The native module is not found, and `secret-tool` neither.
  ["nothing can ask one", { NAPI_RS_NATIVE_LIBRARY_PATH: "/nonexistent", PATH: "" }],
])("where %s", (_, missing) => {
  const withoutKeyring = async (kind: string) => {
    const rig = await createRig({ settings: `cli_auth_credentials_store = "${kind}"` });
    const { base, env } = rig.workspace;
    expect(Object.keys(env)).not.toContain("DBUS_SESSION_BUS_ADDRESS");
    const run = (args: readonly string[], stdin = "") =>
      rig.run(args, { stdin, env: { XDG_RUNTIME_DIR: join(base, "no-bus"), ...missing } });
    return { run, rig, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
  };

  test('the store "auto" keeps the login in the file, finds it there and removes it', async () => {
    await using where = await withoutKeyring("auto");
    const { run, rig } = where;
    expect(await run(["login", "--with-api-key"], KEY)).toMatchObject({ code: 0, stdout: "" });
    expect(await storedIn(rig)).toEqual({ OPENAI_API_KEY: KEY });
    expect(await run(["login", "status"])).toMatchObject({ code: 0, stderr: expect.stringContaining("sk-proj-***") });
    expect(await run(["logout"])).toMatchObject({ code: 0, stderr: "Successfully logged out\n" });
    await expect(storedIn(rig)).rejects.toThrow("ENOENT");
  });

  test('the store "keyring" refuses the login and leaves nothing in a file', async () => {
    await using where = await withoutKeyring("keyring");
    const { code, stderr } = await where.run(["login", "--with-api-key"], KEY);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/\nError logging in: cannot write the keyring: .+\n$/),
    });
    expect(stderr).not.toContain(KEY);
    await expect(storedIn(where.rig)).rejects.toThrow("ENOENT");
  });
});
