import { readdirSync, readFileSync } from "node:fs";

/** Processes whose command line has `mark`: those inside a pid namespace are seen from here, too. */
export function processesWith(mark: string): string[] {
  return pidsWith(mark).map(commandLineOf);
}

export function pidsWith(mark: string): number[] {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => commandLineOf(pid).includes(mark));
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/** Ends are told by the kernel a moment before a process is gone from the table. */
export async function untilGone(mark: string): Promise<void> {
  for (let round = 0; processesWith(mark).length > 0; round += 1) {
    if (round > 500) throw new Error(`still there: ${processesWith(mark).join("; ")}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
