import { fileName } from "../shell/shell-call.ts";
import { isPowerShell } from "./powershell.ts";

/**
 * True for a command that has Windows open a web address in another program, which leaves the sandbox behind.
 * Source: exec policy spec, section 8.
 */
export function opensUrlOnWindows([program, ...args]: readonly string[]): boolean {
  if (program === undefined || !args.some((arg) => /https?:\/\//i.test(arg))) return false;
  if (isPowerShell(program)) return opensUrlInPowerShell(args.join(" "));
  const name = programName(program);
  if (name === "cmd") return /^[/-][cr]$/i.test(args[0] ?? "") && /^start\b/i.test(args[1]?.trim() ?? "");
  return OPENERS.has(name) || (name === "rundll32" && isProtocolHandler(args[0] ?? ""));
}

const OPENERS = new Set(["explorer", "mshta", "chrome", "msedge", "firefox", "iexplore"]);

function opensUrlInPowerShell(text: string): boolean {
  if (/(?:^|[\s;|&({'"])(?:start-process|start|saps|invoke-item|ii)(?=$|[\s;|&)}'"])/i.test(text)) return true;
  if (/shellexecute|shell\.application/i.test(text)) return true;
  return commandStarts(text).some(([first, second]) => {
    const name = programName(first);
    return OPENERS.has(name) || (name === "rundll32" && isProtocolHandler(second));
  });
}

/** The first two words of every statement in a PowerShell text, whatever quotes or operators stand before them. */
function commandStarts(text: string): [string, string][] {
  return text.split(/[;|&\n{(]|-(?:command|c)\b/i).map((part) => {
    const [first = "", second = ""] = part.replace(/["']/g, "").trim().split(/\s+/);
    return [first, second];
  });
}

function isProtocolHandler(argument: string): boolean {
  return /^"?url\.dll,fileprotocolhandler/i.test(argument);
}

function programName(program: string): string {
  return fileName(program)
    .toLowerCase()
    .replace(/\.exe$/, "");
}
