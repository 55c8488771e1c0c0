import { closeSync, fstatSync, openSync } from "node:fs";

/**
 * Ends the standard output of this process, where it is a pipe, while what was opened is still being closed. Published
 * clients listen for the end of the process only once the output has ended, and wait for ever when both come at once.
 * To be called with everything written: what is written afterwards goes nowhere.
 */
export function endOutput(): void {
  if (process.platform === "win32") return;
  try {
    const stats = fstatSync(STDOUT);
    if (!stats.isFIFO() && !stats.isSocket()) return;
    closeSync(STDOUT);
    openSync("/dev/null", "w"); // takes its number, which nothing else may have
  } catch {
    // It is closed already, or there is no such file: the end of the process is the end of its output.
  }
}

const STDOUT = 1;
