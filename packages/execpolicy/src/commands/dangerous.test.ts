import { describe, expect, test } from "vitest";
import { dangerReason, isDangerous } from "./dangerous.ts";

const argv = (line: string) => line.split(" ");

describe("dangerous commands", () => {
  test.each([
    ["rm -f x", "rm with -f"],
    ["rm -rf x", "rm with -f"],
    ["rm -fr x", "rm with -f"],
    ["rm -r -f x", "rm with -f"],
    ["rm x -vf", "rm with -f"],
    ["rm --force x", "rm with -f"],
    ["rm --fo x", "rm with -f"],
    ["/bin/rm -f x", "rm with -f"],
    ["git reset --hard", "git reset"],
    ["/usr/bin/git rm x", "git rm"],
    ["mygit reset", "git reset"],
    ["git clean -fdx", "git clean"],
    ["git restore .", "git restore"],
    ["git checkout HEAD -- src", "git checkout"],
    ["git -C dir -c a.b=c --no-pager reset", "git reset"],
    ["git --git-dir x --work-tree=y clean", "git clean"],
    ["dd if=a of=/dev/sda", "dd with of="],
    ["mkfs.ext4 /dev/sda", "mkfs.ext4"],
    ["/sbin/reboot", "reboot"],
    ["shutdown now", "shutdown"],
    ["sudo rm -rf x", "rm with -f"],
    ["sudo sudo git reset", "git reset"],
    ["env -i A=b rm -f x", "rm with -f"],
    ["nice -n 10 rm -f x", "rm with -f"],
    ["doas -u me rm -f x", "rm with -f"],
    ["command rm -f x", "rm with -f"],
    ["time -p rm -f x", "rm with -f"],
    ["xargs -0 -n 1 rm -f", "rm with -f"],
    ["env nice sudo rm -f x", "rm with -f"],
    [`env ${"-a b ".repeat(100)}ls`, "too many words in front of the command"],
  ])("%s: %s", (line, reason) => {
    expect(dangerReason(argv(line))).toBe(reason);
  });

  test.each(
    [
      ["bash", "-lc", "ls && rm -rf x"],
      ["bash", "-lc", "rm \\-rf x"],
      ["bash", "-lc", "\\rm -f x"],
      ["bash", "-lc", "sh -c 'rm -f x'"],
      ["sudo", "bash", "-c", "git reset"],
      ["xargs", "sh", "-c", "rm -f x"],
    ].map((call) => [call]),
  )("are found in scripts: %j", (call) => {
    expect(isDangerous(call)).toBe(true);
  });

  test.each([
    "",
    "rm x",
    "rm -r x",
    "rm -- -f",
    "rm -- --force",
    "git status",
    "git checkout main",
    "git -C reset status",
    "gitk reset",
    "sudo -u me rm -rf x",
    "sudo",
    "echo rm -f",
    "nice ls rm -f",
    "find . -exec rm -f {} ;",
    "dd if=a",
  ])("%j is not dangerous", (line) => {
    expect(isDangerous(argv(line))).toBe(false);
  });

  test("a script that is not plain is not dangerous, because nobody knows", () => {
    expect(isDangerous(["bash", "-lc", "rm -rf $X"])).toBe(false);
  });
});

describe("opening a web address on Windows", () => {
  test.each(
    [
      ["powershell", "-Command", "Start-Process https://x"],
      ["pwsh.exe", "-c", "ls; start 'https://x'"],
      ["powershell", "-Command", "(New-Object -Com Shell.Application).ShellExecute('https://x')"],
      ["powershell", "-Command", "rundll32 url.dll,FileProtocolHandler https://x"],
      ["powershell", "-Command", "msedge.exe https://x"],
      ["cmd", "/c", "start https://x"],
      ["CMD.EXE", "/R", "start", "https://x"],
      ["explorer.exe", "https://x"],
      ["C:\\Windows\\System32\\mshta.exe", "http://x"],
      ["rundll32", "url.dll,FileProtocolHandler", "https://x"],
      ["firefox", "https://x"],
    ].map((call) => [call]),
  )("is dangerous there and only there: %j", (call) => {
    expect([isDangerous(call, "windows"), isDangerous(call)]).toEqual([true, false]);
  });

  test.each(
    [
      ["powershell", "-Command", "Start-Process notepad"],
      ["powershell", "-Command", "curl https://x"],
      ["cmd", "/c", "curl https://x"],
      ["explorer", "."],
      ["curl", "https://x"],
      ["rundll32", "other.dll", "https://x"],
    ].map((call) => [call]),
  )("needs both, an address and a program that opens it: %j", (call) => {
    expect(isDangerous(call, "windows")).toBe(false);
  });
});
