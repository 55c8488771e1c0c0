import { startAuthorizedMcpServer } from "@heddle/testkit";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunningProcess } from "./support/built-command.ts";
import { homeWithConfig } from "./support/home-with-config.ts";

const said = (stdout: string): object => ({ code: 0, stdout, stderr: "" });

const FILE = `# mine
model = "a"

[mcp_servers.local] # the first
command = "node"
args = ["server.js", "-v"]
env = { TOKEN = "secret", A = "b" }
startup_timeout_ms = 1500

[mcp_servers.remote]
url = "https://example.test/mcp"
bearer_token_env_var = "TOKEN"
http_headers = { "X-Key" = "secret" }
enabled = false
`;

/** Tests write into nobody's keyring. */
const IN_FILE = 'mcp_oauth_credentials_store = "file"\n';
const NO_BROWSER = { env: { PATH: "" } };

describe("heddle mcp", () => {
  test("list shows programs and addresses in tables, and no secrets", async () => {
    await using home = await homeWithConfig(FILE);
    expect(await home.heddle("mcp", "list")).toEqual(
      said(
        "Name   Command  Args          Env                   Cwd  Status   Auth\n" +
          "local  node     server.js -v  A=*****, TOKEN=*****  -    enabled  Unsupported\n" +
          "\n" +
          "Name    Url                       Bearer Token Env Var  Status    Auth\n" +
          "remote  https://example.test/mcp  TOKEN                 disabled  Unsupported\n",
      ),
    );
  });

  test("list without servers says how to add one", async () => {
    await using home = await homeWithConfig("");
    expect(await home.heddle("mcp", "list")).toEqual(
      said("No MCP servers configured yet. Try `heddle mcp add my-tool -- my-command`.\n"),
    );
    expect(await home.heddle("mcp", "list", "--json")).toEqual(said("[]\n"));
  });

  test("list and get give programs JSON", async () => {
    await using home = await homeWithConfig(FILE);
    const local = {
      name: "local",
      enabled: true,
      transport: {
        type: "stdio",
        command: "node",
        args: ["server.js", "-v"],
        env: { TOKEN: "secret", A: "b" },
        env_vars: [],
        cwd: null,
      },
      startup_timeout_sec: 1.5,
      tool_timeout_sec: null,
    };
    const listed: unknown = JSON.parse((await home.heddle("mcp", "list", "--json")).stdout);
    expect(listed).toEqual([
      { ...local, auth_status: "unsupported" },
      {
        name: "remote",
        enabled: false,
        transport: {
          type: "streamable_http",
          url: "https://example.test/mcp",
          bearer_token_env_var: "TOKEN",
          http_headers: { "X-Key": "secret" },
          env_http_headers: null,
        },
        startup_timeout_sec: null,
        tool_timeout_sec: null,
        auth_status: "unsupported",
      },
    ]);
    expect(JSON.parse((await home.heddle("mcp", "get", "local", "--json")).stdout)).toEqual({
      ...local,
      enabled_tools: null,
      disabled_tools: null,
    });
  });

  test("get shows one server, or that there is none", async () => {
    await using home = await homeWithConfig(FILE);
    expect(await home.heddle("mcp", "get", "local")).toEqual(
      said(
        "local\n  enabled: true\n  transport: stdio\n  command: node\n  args: server.js -v\n  cwd: -\n" +
          "  env: A=*****, TOKEN=*****\n  remove: heddle mcp remove local\n",
      ),
    );
    expect(await home.heddle("mcp", "get", "remote")).toEqual(said("remote (disabled)\n"));
    expect(await home.heddle("mcp", "get", "none")).toEqual({
      code: 1,
      stdout: "",
      stderr: "Error: No MCP server named 'none' found.\n",
    });
  });

  test("a client for logins is shown with its server", async () => {
    const oauth = 'oauth = { client_id = "known", callback_port = 8765 }';
    await using home = await homeWithConfig(`[mcp_servers.r]\nurl = "http://127.0.0.1:1/mcp"\n${oauth}\n`);
    expect(JSON.parse((await home.heddle("mcp", "get", "r", "--json")).stdout)).toMatchObject({
      transport: { oauth: { client_id: "known", client_secret_env_var: null, callback_port: 8765 } },
    });
    expect((await home.heddle("mcp", "get", "r")).stdout).toContain(
      "  oauth.client_id: known\n  oauth.client_secret_env_var: -\n  oauth.callback_port: 8765\n",
    );
  });

  test("add and remove keep comments and order", async () => {
    await using home = await homeWithConfig(FILE);
    expect(await home.heddle("mcp", "add", "files", "--env", "A=b=c", "--", "npx", "-y", "files")).toEqual(
      said("Added global MCP server 'files'.\n"),
    );
    expect(await home.text()).toBe(
      `${FILE}\n[mcp_servers.files]\ncommand = "npx"\nargs = ["-y", "files"]\n\n[mcp_servers.files.env]\nA = "b=c"\n`,
    );
    expect(await home.heddle("mcp", "add", "files", "--", "other")).toEqual(said("Added global MCP server 'files'.\n"));
    expect(await home.text()).toBe(`${FILE}\n[mcp_servers.files]\ncommand = "other"\n`);
    expect(await home.heddle("mcp", "remove", "files")).toEqual(said("Removed global MCP server 'files'.\n"));
    expect((await home.text()).trimEnd()).toBe(FILE.trimEnd());
    expect(await home.heddle("mcp", "remove", "files")).toEqual(said("No MCP server named 'files' found.\n"));
  });

  test.each([
    [["add", "x"], /either a command behind `--` or --url/],
    [["add", "x", "--url", "http://127.0.0.1:1", "--", "y"], /--url cannot be used with a command/],
    [["add", "x", "--bearer-token-env-var", "T", "--", "y"], /goes with --url/],
    [["add", "a b", "--", "y"], /letters, digits/],
    [["add", "x", "--env", "novalue", "--", "y"], /KEY=VALUE/],
    [["get"], /missing required argument/],
  ])("%j is wrong usage", async (args, reason) => {
    await using home = await homeWithConfig("");
    const { code, stderr } = await home.heddle("mcp", ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(reason);
  });

  test("login waits for the browser, and logout forgets", async () => {
    await using server = await startAuthorizedMcpServer();
    await using home = await homeWithConfig(`${IN_FILE}[mcp_servers.r]\nurl = "${server.url}"\n`);
    expect((await home.heddle("mcp", "list")).stdout).toContain("Not logged in");
    await using login = home.rig.start(["mcp", "login", "r", "--scopes", "read"], NO_BROWSER);
    await login.says("opening this URL");
    await login.says("scope=read");
    await server.browse(addressOf(login));
    expect(await login.ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Successfully logged in to MCP server 'r'\.\n$/),
    });
    expect((await home.heddle("mcp", "list")).stdout).toContain("OAuth");
    expect(await home.heddle("mcp", "logout", "r")).toEqual(said("Removed OAuth credentials for 'r'.\n"));
    expect(await home.heddle("mcp", "logout", "r")).toEqual(said("No OAuth credentials stored for 'r'.\n"));
  });

  test("adding a server that knows logins begins one", async () => {
    await using server = await startAuthorizedMcpServer();
    await using home = await homeWithConfig(IN_FILE);
    await using add = home.rig.start(["mcp", "add", "r", "--url", server.url], NO_BROWSER);
    await add.says("code_challenge");
    await server.browse(addressOf(add));
    expect(await add.ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Added global MCP server 'r'\.\n[^]*Successfully logged in/),
    });
  });

  test.skipIf(process.platform !== "linux")(
    "a configuration that insists on a keyring which is not there has no login, and nothing in a file",
    async () => {
      await using server = await startAuthorizedMcpServer();
      const config = `mcp_oauth_credentials_store = "keyring"\n[mcp_servers.r]\nurl = "${server.url}"\n`;
      await using home = await homeWithConfig(config);
      await using login = home.rig.start(["mcp", "login", "r"], NO_BROWSER);
      // With the native module only saving fails, with the system's program already looking.
      const browsed = login.says("code_challenge").then(() => server.browse(addressOf(login)));
      await Promise.race([browsed, login.ended]);
      expect(await login.ended).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /^Error: failed to login to MCP server 'r': the keyring: .*mcp_oauth_credentials_store/m,
        ),
      });
      await browsed.catch(() => undefined);
      expect(existsSync(join(home.rig.workspace.env["HEDDLE_HOME"] ?? "", ".credentials.json"))).toBe(false);
    },
  );

  test.each([
    ["none", "No MCP server named 'none' found."],
    ["local", "OAuth login is only supported for streamable HTTP servers."],
  ])("login at %s is refused", async (name, reason) => {
    await using home = await homeWithConfig('[mcp_servers.local]\ncommand = "x"\n');
    expect(await home.heddle("mcp", "login", name)).toEqual({ code: 1, stdout: "", stderr: `Error: ${reason}\n` });
  });
});

/** The address, which stands alone on its line. */
function addressOf({ text }: RunningProcess): string {
  const line = text.stdout.split("\n").find((each) => each.startsWith("http"));
  return line ?? "";
}
