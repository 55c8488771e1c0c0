import { expect, test } from "vitest";
import { childEnvironment, type EnvironmentPolicy } from "./environment.ts";

const POLICY: EnvironmentPolicy = {
  inherit: "all",
  ignoreDefaultExcludes: false,
  exclude: [],
  set: {},
  includeOnly: [],
};
const OPEN = { networkDisabled: false, sandboxed: false };
const BASE = {
  HOME: "/home/u",
  PATH: "/bin",
  EDITOR: "vi",
  MY_API_KEY: "k",
  github_token: "t",
  CLIENT_SECRET_FILE: "s",
  GONE: undefined,
};

test("everything is inherited but names that look like credentials", () => {
  expect(childEnvironment(BASE, POLICY, OPEN)).toEqual({ HOME: "/home/u", PATH: "/bin", EDITOR: "vi" });
});

test("credentials stay where the user says so", () => {
  expect(childEnvironment(BASE, { ...POLICY, ignoreDefaultExcludes: true }, OPEN)).toEqual({
    HOME: "/home/u",
    PATH: "/bin",
    EDITOR: "vi",
    MY_API_KEY: "k",
    github_token: "t",
    CLIENT_SECRET_FILE: "s",
  });
});

test.each([
  ["core", { HOME: "/home/u", PATH: "/bin", A: "1" }],
  ["none", { A: "1" }],
] as const)("inherit = %s starts with less", (inherit, result) => {
  expect(childEnvironment(BASE, { ...POLICY, inherit, set: { A: "1" } }, OPEN)).toEqual(result);
});

test("patterns match whole names in any case; what is set is not excluded", () => {
  const policy = { ...POLICY, exclude: ["edit?r", "H*"], set: { HOME: "/elsewhere" } };
  expect(childEnvironment({ ...BASE, EDITORS: "x", "A.B": "1" }, policy, OPEN)).toEqual({
    PATH: "/bin",
    EDITORS: "x",
    HOME: "/elsewhere",
    "A.B": "1",
  });
});

test("include_only comes last and also takes away what was set", () => {
  const policy = { ...POLICY, set: { A: "1" }, includeOnly: ["pa*"] };
  expect(childEnvironment(BASE, policy, OPEN)).toEqual({ PATH: "/bin" });
});

test("the command is told that it has no network and that it is sandboxed", () => {
  const none = { ...POLICY, inherit: "none" } as const;
  expect(childEnvironment(BASE, none, { networkDisabled: true, sandboxed: true, platform: "linux" })).toEqual({
    CODEX_SANDBOX_NETWORK_DISABLED: "1",
    CODEX_SANDBOX: "linux",
  });
  expect(childEnvironment(BASE, none, { networkDisabled: false, sandboxed: true, platform: "darwin" })).toEqual({
    CODEX_SANDBOX: "seatbelt",
  });
});

test("on a pseudo terminal pagers and colours are off, whatever was inherited", () => {
  const result = childEnvironment({ PAGER: "less", TERM: "xterm" }, POLICY, { ...OPEN, pty: true });
  expect(result).toEqual({
    NO_COLOR: "1",
    TERM: "dumb",
    LANG: "C.UTF-8",
    LC_CTYPE: "C.UTF-8",
    LC_ALL: "C.UTF-8",
    COLORTERM: "",
    PAGER: "cat",
    GIT_PAGER: "cat",
  });
});
