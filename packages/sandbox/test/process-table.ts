import { readdirSync, readFileSync } from "node:fs";

/** Processes whose command line has `mark`: those inside a pid namespace are seen from here, too. */
export function processesWith(mark: string): string[] {
  const lines = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLineOf);
  return lines.filter((line) => line.includes(mark));
}

function commandLineOf(pid: string): string {
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
