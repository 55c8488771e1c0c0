import { expect, test } from "vitest";
import { namedShell, shellArgv, shellKind, userShell } from "./shell.ts";

test.each([
  ["/bin/bash", "bash"],
  ["/usr/local/bin/zsh", "zsh"],
  ["sh", "sh"],
  ["pwsh", "powershell"],
  [String.raw`C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`, "powershell"],
  ["CMD.EXE", "cmd"],
  ["/usr/bin/fish", null],
])("%s is a shell of kind %s", (path, kind) => {
  expect(shellKind(path)).toBe(kind);
});

test("scripts run in a login shell or not, each kind in its own way", () => {
  const argvOf = (kind: "bash" | "sh" | "powershell" | "cmd", login: boolean): string[] =>
    shellArgv({ kind, path: "S" }, "echo hi", { login });
  expect(argvOf("bash", true)).toEqual(["S", "-lc", "echo hi"]);
  expect(argvOf("sh", false)).toEqual(["S", "-c", "echo hi"]);
  expect(argvOf("powershell", true)).toEqual(["S", "-Command", "echo hi"]);
  expect(argvOf("powershell", false)).toEqual(["S", "-NoProfile", "-Command", "echo hi"]);
  expect(argvOf("cmd", true)).toEqual(["S", "/c", "echo hi"]);
});

test("the user's shell is that of the password entry, if it is one that we know", () => {
  const env = { PATH: "/usr/bin:/bin" };
  expect(userShell({ env, passwdShell: "/bin/sh" })).toMatchObject({ kind: "sh", path: "/bin/sh" });
  expect(userShell({ env, passwdShell: "/usr/bin/fish" })).toEqual(userShell({ env }));
  expect(userShell({ env: {}, passwdShell: "/no/such/sh" })).toEqual({ kind: "sh", path: "/bin/sh" });
});

test("a shell that the model names is found by its kind; anything else is /bin/sh", () => {
  expect(namedShell("/bin/sh", { env: {} })).toEqual({ kind: "sh", path: "/bin/sh" });
  expect(namedShell("/no/such/sh", { env: {} })).toEqual({ kind: "sh", path: "/bin/sh" });
  expect(namedShell("/usr/bin/fish", { env: {} })).toEqual({ kind: "sh", path: "/bin/sh" });
});
