import { describe, expect, test } from "vitest";
import { isKnownSafe } from "./known-safe.ts";

const argv = (line: string) => line.split(" ");

describe("known-safe commands", () => {
  test.each([
    "cat a",
    "cd ..",
    "echo hi",
    "grep -r x .",
    "/bin/ls -la",
    "./ls",
    "which node",
    "find . -name x -type f",
    "rg needle src",
    "rg --pre-glob *.gz x",
    "git status",
    "git log --oneline -n 5",
    "git diff --text HEAD~1",
    "git diff --no-ext-diff --no-textconv",
    "git show --output-indicator-new=x HEAD",
    "git branch -vv --contains main",
    "git branch --format=%(refname)",
    "cargo check --all",
    "sed -n 5p file",
    "sed -n 1,5p",
  ])("%s is safe", (line) => {
    expect(isKnownSafe(argv(line))).toBe(true);
  });

  test.each([
    "",
    "sort a",
    "env",
    "Cat a",
    "cat.exe a",
    "ls\\ a",
    "find . -name -delete",
    "find . -exec rm {} ;",
    "find . -fprintf out %p",
    "rg --pre cat x",
    "rg --pre=cat x",
    "rg --hostname-bin=x y",
    "rg --search-zip x",
    "rg -nz x",
    "rg -- -z",
    "git push",
    "git -c core.pager=x log",
    "git branch -D old",
    "git branch -vd old",
    "git branch --delete old",
    "git branch --edit-desc",
    "git branch -u origin/main",
    "git log --output=x",
    "git log --outp x",
    "git diff --ext-diff",
    "git show --textconv HEAD:a",
    "cargo test",
    "sed -n 5p file other",
    "sed -n 5p -i",
    "sed -n 5p --in-place",
    "sed -n 5q file",
    "sed -n p file",
    "sed 5p file",
  ])("%j is not", (line) => {
    expect(isKnownSafe(argv(line))).toBe(false);
  });

  test.each(
    [
      ["bash", "-lc", "ls && cat a | head; pwd"],
      ["/usr/bin/zsh", "-c", "git status"],
      ["sh", "-c", "bash -c 'ls -la'"],
      ["bash", "-lc", "find . -name \\*.ts"],
      ["bash", "-lc", "rg foo src/*.ts"],
      ["bash", "-lc", "ls *"],
    ].map((call) => [call]),
  )("a shell call is safe when every command in it is: %j", (call) => {
    expect(isKnownSafe(call)).toBe(true);
  });

  test.each(
    [
      ["bash", "-lc", ""],
      ["bash", "-lc", "ls && npm test"],
      ["bash", "-lc", "ls > a"],
      ["bash", "-lc", "ls", "more"],
      ["bash", "-ic", "ls"],
      ["dash", "-c", "ls"],
      ["bash", "-lc", "find . \\-delete"],
      ["bash", "-lc", "find *"],
      ["bash", "-lc", "git diff *"],
      ["bash", "-lc", "git log -*"],
      ["bash", "-lc", "sed -n 1p *"],
    ].map((call) => [call]),
  )("and not otherwise: %j", (call) => {
    expect(isKnownSafe(call)).toBe(false);
  });
});

describe("PowerShell calls", () => {
  test.each(
    [
      ["pwsh", "-Command", "Get-ChildItem"],
      ["PowerShell.exe", "-NoLogo", "-NoProfile", "-c", "Get-Content 'a b' | Select-Object -First 3"],
      ["C:\\Windows\\System32\\powershell.exe", "-Command", "ls ; pwd && Test-Path x"],
      ["pwsh", "-command:ls"],
      ["pwsh", "Get-Location"],
      ["pwsh", "-Command", "(Get-Content x)"],
      ["pwsh", "-Command", "Write-Output (Get-Location)"],
      ["pwsh", "-Command", "git -c a.b=c --git-dir=x log"],
      ["pwsh", "-Command", "git cat-file -p HEAD"],
      ["pwsh", "-Command", "rg needle"],
    ].map((call) => [call]),
  )("that only read are safe: %j", (call) => {
    expect(isKnownSafe(call)).toBe(true);
  });

  test.each(
    [
      ["pwsh"],
      ["pwsh", "-NoLogo"],
      ["pwsh", "-EncodedCommand", "bHM="],
      ["pwsh", "-File", "ls"],
      ["pwsh", "-Command", "ls", "pwd"],
      ["pwsh", "-Command:ls", "pwd"],
      ["pwsh", "-Command", ""],
      ["pwsh", "-Command", "ls;"],
      ["pwsh", "-Command", "ls 'a"],
      ["pwsh", "-Command", "ls; evil.exe"],
      ["pwsh", "-Command", "ls\nevil.exe"],
      ["pwsh", "-Command", "ls > out"],
      ["pwsh", "-Command", "ls;evil"],
      ["pwsh", "-Command", "ls & evil"],
      ["pwsh", "-Command", "echo $(evil)"],
      ["pwsh", "-Command", "echo (evil)"],
      ["pwsh", "-Command", "echo @(evil)"],
      ["pwsh", "-Command", "echo ([IO.File]::Delete('x'))"],
      ["pwsh", "-Command", "ls | select { evil }"],
      ["pwsh", "-Command", "ls `\nevil"],
      ["pwsh", "-Command", "echo Remove-Item"],
      ["pwsh", "-Command", "Set-Content x y"],
      ["pwsh", "-Command", "git push"],
      ["pwsh", "-Command", "git -c core.pager=evil log"],
      ["pwsh", "-Command", "git branch -D x"],
      ["pwsh", "-Command", "git log --output=x"],
      ["pwsh", "-Command", "git cat-file --textconv HEAD:x"],
      ["pwsh", "-Command", "rg --pre evil x"],
    ].map((call) => [call]),
  )("all others are not: %j", (call) => {
    expect(isKnownSafe(call)).toBe(false);
  });
});
