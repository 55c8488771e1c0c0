import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { loadConfig, type ConfigFlags } from "../src/index.ts";
import { failureOf, load, removeFolders, temporaryFolder } from "./support/folders.ts";

afterEach(removeFolders);

describe("layers", () => {
  test("win in the order user, -c, request, managed, flag", async () => {
    const managed = await temporaryFolder({ "managed.toml": 'model = "managed"\n' });
    const toml = 'model = "user"\nmodel_verbosity = "low"\nreview_model = "user"\nmodel_provider = "user"\n';

    const config = await load(toml, {
      overrides: ["model_verbosity=medium", "review_model=override", "model_provider=override", "model=override"],
      requestOverrides: { review_model: "request", model: "request", model_provider: "request" },
      managedPaths: [join(managed, "absent.toml"), join(managed, "managed.toml")],
      flags: { modelProvider: "flag" },
    });

    expect({
      model: config.model,
      verbosity: config.modelVerbosity,
      review: config.reviewModel,
      provider: config.modelProvider,
    }).toEqual({ model: "managed", verbosity: "medium", review: "request", provider: "flag" });
  });

  test("are merged table by table, and arrays are replaced whole", async () => {
    const { sandboxPolicy } = await load(
      'sandbox_mode = "workspace-write"\n[sandbox_workspace_write]\nwritable_roots = ["/a", "/b"]\nnetwork_access = true\n',
      { requestOverrides: { "sandbox_workspace_write.writable_roots": ["/c"] } },
    );

    expect(sandboxPolicy).toEqual({
      type: "workspace-write",
      writableRoots: ["/c"],
      networkAccess: true,
      excludeTmpdirEnvVar: false,
      excludeSlashTmp: false,
    });
  });

  test("of a request say nothing where they are null", async () => {
    expect((await load('model = "m"\n', { requestOverrides: { model: null } })).model).toBe("m");
  });

  test("the managed file is where the environment says", async () => {
    const folder = await temporaryFolder({ "a.toml": 'model = "a"\n', "b.toml": 'model = "b"\n' });
    const home = await temporaryFolder();
    const model = async (env: Record<string, string>): Promise<string> =>
      (await loadConfig({ home, cwd: home, env, overrides: [] })).model;

    expect([
      await model({ CODEX_MANAGED_CONFIG_PATH: join(folder, "a.toml") }),
      await model({
        CODEX_MANAGED_CONFIG_PATH: join(folder, "a.toml"),
        HEDDLE_MANAGED_CONFIG_PATH: join(folder, "b.toml"),
      }),
      await model({ HEDDLE_MANAGED_CONFIG_PATH: join(folder, "absent.toml") }),
    ]).toEqual(["a", "b", "gpt-5.1-codex-max"]);
  });

  test("a managed file that is broken fails the load", async () => {
    const folder = await temporaryFolder({ "managed.toml": "model =\n" });

    expect(await failureOf(load("", { managedPaths: [join(folder, "managed.toml")] }))).toMatchObject({
      kind: "syntax",
      file: join(folder, "managed.toml"),
    });
  });
});

describe("managed settings", () => {
  async function withManaged(managed: string, flags: ConfigFlags, toml = "") {
    const file = join(await temporaryFolder({ "managed.toml": managed }), "managed.toml");
    return { file, attempt: load(toml, { managedPaths: [file], flags }) };
  }

  test.each<[string, string, ConfigFlags, string]>([
    [
      "approval by a flag",
      'approval_policy = "on-request"',
      { approvalPolicy: "never" },
      "`never` is looser than `on-request`",
    ],
    [
      "sandbox by a flag",
      'sandbox_mode = "read-only"',
      { sandboxMode: "workspace-write" },
      "`workspace-write` is looser than `read-only`",
    ],
    ["approval where nobody can be asked", 'approval_policy = "untrusted"', { unattended: true }, "sets `untrusted`"],
  ])("cannot be loosened: %s", async (_, managed, flags, reason) => {
    const { file, attempt } = await withManaged(managed, flags);

    const failure = await failureOf(attempt);

    expect(failure).toMatchObject({ kind: "managed", file });
    expect(failure.reason).toContain(reason);
    expect(failure.reason).toContain(file);
  });

  test("cannot be loosened by a profile", async () => {
    const toml = 'profile = "p"\n[profiles.p]\nsandbox_mode = "danger-full-access"\n';
    const { attempt } = await withManaged('sandbox_mode = "workspace-write"', {}, toml);

    expect(await failureOf(attempt)).toMatchObject({ kind: "managed", key: "sandbox_mode" });
  });

  test("may be tightened, and bind no others", async () => {
    const { file, attempt } = await withManaged('approval_policy = "on-failure"', {
      approvalPolicy: "untrusted",
      sandboxMode: "danger-full-access",
    });

    expect(await attempt).toMatchObject({
      approvalPolicy: "untrusted",
      sandboxPolicy: { type: "danger-full-access" },
      managed: { approvalPolicy: { value: "on-failure", source: file }, sandboxMode: null },
    });
  });

  test("where nobody can be asked, everything that would be asked about is refused", async () => {
    const { attempt } = await withManaged('approval_policy = "on-request"', { unattended: true });

    expect(await attempt).toMatchObject({ approvalPolicy: "never", approvalPolicyExplicit: true });
  });
});

describe("profiles", () => {
  const TOML = `profile = "slow"
model = "root"
approval_policy = "never"

[profiles.slow]
model = "slow"
model_reasoning_effort = "high"

[profiles.fast]
model = "fast"
approval_policy = "untrusted"
`;

  test("stand between flags and the root", async () => {
    const config = await load(TOML);

    expect([config.profile, config.model, config.reasoningEffort, config.approvalPolicy]).toEqual([
      "slow",
      "slow",
      "high",
      "never",
    ]);
    expect((await load(TOML, { flags: { model: "flag" } })).model).toBe("flag");
  });

  test("are chosen by a flag before the file", async () => {
    const config = await load(TOML, { flags: { profile: "fast" } });

    expect([config.profile, config.model, config.reasoningEffort, config.approvalPolicy]).toEqual([
      "fast",
      "fast",
      null,
      "untrusted",
    ]);
  });

  test("that are missing are an error", async () => {
    const attempt = load(TOML, { flags: { profile: "none" } });

    await expect(attempt).rejects.toThrow("config profile `none` not found");
    expect(await failureOf(attempt)).toMatchObject({ kind: "unknownProfile" });
  });
});

describe("projects", () => {
  test("with a trust level are writable, and ask always when untrusted", async () => {
    const home = await temporaryFolder();
    const cwd = await temporaryFolder();
    const settings = async (level: string) => {
      await writeFile(join(home, "config.toml"), `[projects."${cwd}"]\ntrust_level = "${level}"\n`);
      const { approvalPolicy, sandboxPolicy, trustLevel, approvalPolicyExplicit } = await load("", { home, cwd });
      return [trustLevel, approvalPolicy, sandboxPolicy.type, approvalPolicyExplicit];
    };

    expect(await settings("trusted")).toEqual(["trusted", "on-request", "workspace-write", false]);
    expect(await settings("untrusted")).toEqual(["untrusted", "untrusted", "workspace-write", false]);
  });

  test("are found from a folder inside of the repository and from a linked worktree", async () => {
    const main = await temporaryFolder({ ".git/HEAD": "ref: refs/heads/main\n", "src/deep/file": "" });
    const linked = await temporaryFolder({ "src/file": "" });
    await mkdir(join(main, ".git/worktrees/linked"), { recursive: true });
    await writeFile(join(main, ".git/worktrees/linked/commondir"), "../..\n");
    await writeFile(join(main, ".git/worktrees/linked/gitdir"), `${linked}/.git\n`);
    await writeFile(join(linked, ".git"), `gitdir: ${main}/.git/worktrees/linked\n`);
    const toml = `[projects."${main}"]\ntrust_level = "trusted"\n`;
    const trust = async (cwd: string) => (await load(toml, { cwd })).trustLevel;

    expect(await trust(join(main, "src/deep"))).toBe("trusted");
    expect(await trust(join(linked, "src"))).toBe("trusted");
    expect(await trust(join(main, ".."))).toBe(null);
  });

  test("do not lend their trust to a folder that only claims to be their worktree", async () => {
    const main = await temporaryFolder({ ".git/HEAD": "ref: refs/heads/main\n" });
    const stranger = await temporaryFolder({
      ".git": "gitdir: ./fake\n",
      "fake/commondir": `${main}/.git\n`,
      "fake/gitdir": "../.git\n",
    });
    const toml = `[projects."${main}"]\ntrust_level = "trusted"\n`;

    expect((await load(toml, { cwd: stranger })).trustLevel).toBe(null);

    await mkdir(join(main, ".git/worktrees/other"), { recursive: true });
    await writeFile(join(main, ".git/worktrees/other/commondir"), "../..\n");
    await writeFile(join(main, ".git/worktrees/other/gitdir"), "/somewhere/else/.git\n");
    await rm(join(stranger, ".git"));
    await writeFile(join(stranger, ".git"), `gitdir: ${main}/.git/worktrees/other\n`);
    expect((await load(toml, { cwd: stranger })).trustLevel).toBe(null);
  });
});
