import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

/**
 * A name for what a process of ours leaves in a folder while it runs: `<process id>.<start time>.<id>`. Tells it from
 * earlier processes with the same id, and from other owners in the same process.
 */
export function ownerName(): string {
  return `${process.pid}.${startTimeOf(process.pid) ?? 0}.${randomUUID().slice(0, 8)}`;
}

/**
 * Whether the process in a name that begins with that of an owner still runs: same id, same start. Where the system does not
 * tell starts (no /proc), every owner counts as running.
 */
export function isAlive(name: string): boolean {
  const [pid, startTime] = name.split(".");
  return (startTimeOf(Number(pid)) ?? 0) === Number(startTime);
}

/** In clock ticks since the machine started; null when there is no such process. */
function startTimeOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; the 20th field behind it is the start.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  } catch {
    return null;
  }
}
