import { expect, test } from "vitest";
import { environmentBlock, environmentUpdate, type EnvironmentContext } from "./environment.ts";

const WORKSPACE = {
  type: "workspace-write",
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
} as const;

const REPO: EnvironmentContext = {
  cwd: "/repo/sub",
  approvalPolicy: "never",
  sandboxPolicy: WORKSPACE,
  shell: "bash",
};

test("the block at the start of a thread names folder, policy, sandbox, network and shell", () => {
  expect(environmentBlock(REPO)).toBe(
    [
      "<environment_context>",
      "  <cwd>/repo/sub</cwd>",
      "  <approval_policy>never</approval_policy>",
      "  <sandbox_mode>workspace-write</sandbox_mode>",
      "  <network_access>restricted</network_access>",
      "  <shell>bash</shell>",
      "</environment_context>",
    ].join("\n"),
  );
});

test.each([
  [{ type: "read-only" }, "restricted"],
  [{ type: "danger-full-access" }, "enabled"],
  [{ ...WORKSPACE, networkAccess: true }, "enabled"],
] as const)("network access follows from the sandbox policy: %o", (sandboxPolicy, access) => {
  expect(environmentBlock({ ...REPO, sandboxPolicy })).toContain(`\n  <network_access>${access}</network_access>\n`);
});

test("writable roots are listed when there are any, with markup escaped", () => {
  const block = environmentBlock({
    ...REPO,
    cwd: "/a<b>&c",
    sandboxPolicy: { ...WORKSPACE, writableRoots: ["/data", "/x</root>"] },
  });
  expect(block).toBe(
    [
      "<environment_context>",
      "  <cwd>/a&lt;b&gt;&amp;c</cwd>",
      "  <approval_policy>never</approval_policy>",
      "  <sandbox_mode>workspace-write</sandbox_mode>",
      "  <network_access>restricted</network_access>",
      "  <writable_roots>",
      "    <root>/data</root>",
      "    <root>/x&lt;/root&gt;</root>",
      "  </writable_roots>",
      "  <shell>bash</shell>",
      "</environment_context>",
    ].join("\n"),
  );
});

test("an update has the changed fields and the shell", () => {
  expect(environmentUpdate(REPO, { ...REPO, cwd: "/repo", approvalPolicy: "on-request" })).toBe(
    [
      "<environment_context>",
      "  <cwd>/repo</cwd>",
      "  <approval_policy>on-request</approval_policy>",
      "  <shell>bash</shell>",
      "</environment_context>",
    ].join("\n"),
  );
});

test("another sandbox is told as a whole", () => {
  const sandboxPolicy = { ...WORKSPACE, networkAccess: true };
  expect(environmentUpdate(REPO, { ...REPO, sandboxPolicy })).toBe(
    [
      "<environment_context>",
      "  <sandbox_mode>workspace-write</sandbox_mode>",
      "  <network_access>enabled</network_access>",
      "  <shell>bash</shell>",
      "</environment_context>",
    ].join("\n"),
  );
});

test("without a change there is no update, and another shell alone is none", () => {
  const same = { ...REPO, sandboxPolicy: { ...WORKSPACE, writableRoots: [] } };
  expect(environmentUpdate(REPO, same)).toBeNull();
  expect(environmentUpdate(REPO, { ...REPO, shell: "zsh" })).toBeNull();
});
