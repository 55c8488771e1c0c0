import { Command } from "commander";
import { expect, test } from "vitest";
import { execOptions, expandImageLists, toExecOptions, type ExecOptions, type ParsedExecOptions } from "./options.ts";

const nothing: ExecOptions = {
  target: { type: "new" },
  prompt: null,
  stdinContext: false,
  images: [],
  model: null,
  profile: null,
  sandbox: null,
  cwd: null,
  addDirs: [],
  skipGitRepoCheck: false,
  color: "auto",
  json: false,
  lastMessageFile: null,
};

function parse(args: readonly string[]): ExecOptions {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const option of execOptions()) command.addOption(option);
  command.parse(args, { from: "user" });
  return toExecOptions(command.opts<ParsedExecOptions>(), { type: "new" }, null);
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

test.each<[string, string[], string[]]>([
  ["each file becomes an option", ["exec", "-i", "a.png", "b.png"], ["exec", "--image=a.png", "--image=b.png"]],
  ["commas separate files", ["--image", "a.png,b.png", "-m", "x"], ["--image=a.png", "--image=b.png", "-m", "x"]],
  ["an attached value begins a list too", ["-ia.png", "b.png"], ["--image=a.png", "--image=b.png"]],
  ["a subcommand ends the list", ["--image", "a.png", "resume", "id"], ["--image=a.png", "resume", "id"]],
  ["unless a file has its name", ["--image", "review"], ["--image=review"]],
  ["a prompt behind the list belongs to it", ["-i", "a.png", "do it"], ["--image=a.png", "--image=do it"]],
  ["nothing behind -- is touched", ["-i", "a.png", "--", "-i", "b"], ["--image=a.png", "--", "-i", "b"]],
  ["an option without a value stays one", ["-i", "--json"], ["--image", "--json"]],
  ["words outside a list stay", ["exec", "fix it", "--json"], ["exec", "fix it", "--json"]],
])("image lists: %s", (_, argv, expanded) => {
  expect(expandImageLists(argv, (path) => path === "review")).toEqual(expanded);
});
