import { expect, test } from "vitest";
import { serverEnvironment } from "./environment.ts";

const PARENT = {
  HOME: "/home/me",
  PATH: "/bin",
  LANG: "C.UTF-8",
  TERM: "xterm",
  SHELL: "/bin/bash",
  OPENAI_API_KEY: "secret",
  MY_EXTRA: "mine",
  FOO: "of the parent",
};

test("a server sees the usual variables, those that are passed on by name and those that are set for it", () => {
  const given = { env: { FOO: "set" }, envVars: ["MY_EXTRA", "NOT_SET"] };
  expect(serverEnvironment(given, PARENT, "posix")).toEqual({
    FOO: "set",
    HOME: "/home/me",
    LANG: "C.UTF-8",
    MY_EXTRA: "mine",
    PATH: "/bin",
    SHELL: "/bin/bash",
    TERM: "xterm",
  });
});

test("what is set wins over what is passed on", () => {
  const given = { env: { MY_EXTRA: "set", PATH: "/opt/bin" }, envVars: ["MY_EXTRA"] };
  const { MY_EXTRA: extra, PATH: path } = serverEnvironment(given, PARENT, "posix");
  expect({ extra, path }).toEqual({ extra: "set", path: "/opt/bin" });
});

test("on Windows a server sees what programs need there", () => {
  const parent = { PATH: "C:\\bin", SYSTEMROOT: "C:\\Windows", HOME: "/home/me", SECRET: "s" };
  expect(serverEnvironment({ env: null, envVars: [] }, parent, "windows")).toEqual({
    PATH: "C:\\bin",
    SYSTEMROOT: "C:\\Windows",
  });
});
