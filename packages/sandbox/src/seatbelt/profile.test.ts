import { expect, test } from "vitest";
import { seatbeltProfile, type ProfileInput } from "./profile.ts";

const READ_ONLY: ProfileInput = {
  policy: { type: "read-only" },
  roots: [],
  hidden: [],
  allowUnixSockets: false,
  cacheFolder: "/var/cache",
};
const WORKSPACE: ProfileInput = {
  ...READ_ONLY,
  policy: {
    type: "workspace-write",
    writableRoots: [],
    networkAccess: false,
    excludeTmpdirEnvVar: true,
    excludeSlashTmp: true,
  },
  roots: [{ root: "/ws", readOnlySubpaths: ["/ws/.git", "/ws/.codex"] }],
  hidden: ["/home/auth.json"],
};

/** The rules that are about files, behind those that every profile has. */
const fileRules = (input: ProfileInput): string[] =>
  seatbeltProfile(input)
    .text.split("\n")
    .filter((line) => line.includes("(param "));

test("read-only writes nowhere and reaches nothing", () => {
  const { text, parameters } = seatbeltProfile(READ_ONLY);
  expect(parameters).toEqual({});
  expect(text).toContain("(deny default)");
  expect(text).not.toContain("network");
});

test("a root is written to but for what is protected in it, and hidden files come last, as the last rule counts", () => {
  expect(fileRules(WORKSPACE)).toEqual([
    '(allow file-write* (require-all (subpath (param "WRITABLE_ROOT_0")) (require-not (subpath (param "WRITABLE_ROOT_0_RO_0"))) (require-not (subpath (param "WRITABLE_ROOT_0_RO_1")))))',
    '(deny file-read* file-write* (subpath (param "HIDDEN_0")))',
  ]);
  expect(seatbeltProfile(WORKSPACE).parameters).toEqual({
    WRITABLE_ROOT_0: "/ws",
    WRITABLE_ROOT_0_RO_0: "/ws/.git",
    WRITABLE_ROOT_0_RO_1: "/ws/.codex",
    HIDDEN_0: "/home/auth.json",
  });
});

test("paths are values of parameters and never a part of the text", () => {
  const root = '/ws") (allow default) ("';
  const { text, parameters } = seatbeltProfile({ ...WORKSPACE, roots: [{ root, readOnlySubpaths: [] }] });
  expect(text).not.toContain("allow default");
  expect(parameters["WRITABLE_ROOT_0"]).toBe(root);
});

test("network brings its services and its cache along, and no sockets that are files unless they are allowed", () => {
  const policy = { ...WORKSPACE.policy, networkAccess: true } as ProfileInput["policy"];
  const open = seatbeltProfile({ ...WORKSPACE, policy });
  expect(open.text).toContain("(allow network-outbound network-inbound system-socket)");
  expect(open.text).toContain("(deny network-outbound (remote unix-socket))");
  expect(open.parameters["CACHE"]).toBe("/var/cache");
  const sockets = seatbeltProfile({ ...WORKSPACE, policy, allowUnixSockets: true });
  expect(sockets.text).not.toContain("(deny network-outbound");
});

test("parentheses are balanced, whatever is asked for", () => {
  for (const allowUnixSockets of [false, true]) {
    for (const input of [READ_ONLY, WORKSPACE]) {
      const { text } = seatbeltProfile({ ...input, allowUnixSockets });
      expect(text.split("(").length).toBe(text.split(")").length);
    }
  }
});
