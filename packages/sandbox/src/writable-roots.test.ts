import { expect, test } from "vitest";
import type { SandboxPolicy } from "./policy.ts";
import { isWritable, namedRoots } from "./writable-roots.ts";

const WORKSPACE: SandboxPolicy = {
  type: "workspace-write",
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
};

test("roots are the configured ones, the folder of the turn, /tmp and $TMPDIR, in this order", () => {
  const roots = namedRoots({ ...WORKSPACE, writableRoots: ["/data", "sub"] }, "/ws", { TMPDIR: "/var/tmp/me" });
  expect(roots).toEqual([
    { path: "/data", protectAbsent: true },
    { path: "/ws/sub", protectAbsent: true },
    { path: "/ws", protectAbsent: true },
    { path: "/tmp", protectAbsent: false },
    { path: "/var/tmp/me", protectAbsent: false },
  ]);
});

test("the temporary folders can be left out; an empty $TMPDIR is none", () => {
  const policy = { ...WORKSPACE, excludeTmpdirEnvVar: true, excludeSlashTmp: true };
  expect(namedRoots(policy, "/ws", { TMPDIR: "/var/tmp/me" })).toEqual([{ path: "/ws", protectAbsent: true }]);
  expect(namedRoots({ ...WORKSPACE, excludeSlashTmp: true }, "/ws", { TMPDIR: "" })).toHaveLength(1);
});

test.each([{ type: "read-only" }, { type: "danger-full-access" }] as const)("$type names no roots", (policy) => {
  expect(namedRoots(policy, "/ws", {})).toEqual([]);
});

test.each([
  ["/ws/a", true],
  ["/ws", true],
  ["/ws/.git", false],
  ["/ws/.git/hooks/pre-commit", false],
  ["/ws/.gitignore", true],
  ["/ws/sub/.git/config", true],
  ["/wsx/a", false],
  ["/", false],
])("%s is compared by its components", (path, writable) => {
  expect(isWritable(path, [{ root: "/ws", readOnlySubpaths: ["/ws/.git", "/ws/.codex"] }])).toBe(writable);
});

test("what an inner root protects is not writable below an outer one", () => {
  const roots = [
    { root: "/ws", readOnlySubpaths: ["/ws/.git"] },
    { root: "/ws/sub", readOnlySubpaths: ["/ws/sub/.git"] },
  ];
  expect(isWritable("/ws/sub/.git/config", roots)).toBe(false);
  expect(isWritable("/ws/other/.git/config", roots)).toBe(true);
});

test("a path that one root protects is writable below another", () => {
  const roots = [
    { root: "/ws", readOnlySubpaths: ["/ws/.codex"] },
    { root: "/ws/.codex/cache", readOnlySubpaths: [] },
  ];
  expect(isWritable("/ws/.codex/cache/x", roots)).toBe(true);
  expect(isWritable("/ws/.codex/x", roots)).toBe(false);
});
