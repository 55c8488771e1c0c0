import { Command } from "commander";
import { expect, test } from "vitest";
import type { ExecOptions } from "../exec/options.ts";
import { execOptions, toExecOptions, type ParsedExecOptions } from "./exec-options.ts";

const nothing: ExecOptions = {
  target: { type: "new" },
  prompt: null,
  stdinContext: false,
  images: [],
  model: null,
  localProvider: null,
  profile: null,
  sandbox: null,
  cwd: null,
  addDirs: [],
  skipGitRepoCheck: false,
  color: "auto",
  json: false,
  lastMessageFile: null,
  outputSchemaFile: null,
  limits: null,
};

function parse(args: readonly string[]): ExecOptions {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of execOptions()) command.addOption(option);
  command.parse(args, { from: "user" });
  return toExecOptions(command.opts<ParsedExecOptions>(), { target: { type: "new" }, prompt: null });
}

test.each<[string[], Partial<ExecOptions>]>([
  [[], {}],
  [["-m", "gpt-5.1", "-p", "work"], { model: "gpt-5.1", profile: "work" }],
  [["--sandbox=read-only"], { sandbox: "readOnly" }],
  [["-sdanger-full-access"], { sandbox: "dangerFullAccess" }],
  [["--full-auto"], { sandbox: "workspaceWrite" }],
  [["--yolo"], { sandbox: "dangerFullAccess" }],
  [["--dangerously-bypass-approvals-and-sandbox"], { sandbox: "dangerFullAccess" }],
  [
    ["-C", "/repo", "--add-dir", "/a", "--add-dir", "/b", "--skip-git-repo-check"],
    { cwd: "/repo", addDirs: ["/a", "/b"], skipGitRepoCheck: true },
  ],
  [["--json", "--color", "never", "-o", "last.txt"], { json: true, color: "never", lastMessageFile: "last.txt" }],
  [["--oss"], { localProvider: "configured" }],
  [["--oss", "--local-provider", "ollama"], { localProvider: "ollama" }],
  [["--output-schema", "answer.json"], { outputSchemaFile: "answer.json" }],
  [["--experimental-json", "--stdin-context"], { json: true, stdinContext: true }],
  [["--image=a.png", "--image=b.png"], { images: ["a.png", "b.png"] }],
])("%j", (args, said) => {
  expect(parse(args)).toEqual({ ...nothing, ...said });
});

test.each([
  [["--sandbox", "everything"], "[possible values: read-only, workspace-write, danger-full-access]"],
  [["--color", "blue"], "[possible values: always, never, auto]"],
  [["-m", "a", "-m", "b"], "cannot be used multiple times"],
  [["--full-auto", "--yolo"], "cannot be used with"],
  [["--bogus"], "--bogus"],
])("%j is a usage error", (args, message) => {
  expect(() => parse(args)).toThrow(message);
});
