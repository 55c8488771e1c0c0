/** How long the rest may take once the work is done and everything is written: closing what was opened, mostly. */
const GRACE_MS = 5_000;

/**
 * Ends the process after a while when something keeps it open that nobody waits for, and says so. A process that ends by
 * itself is not touched. To be called with everything written.
 */
export function endEvenIfHeldOpen(exitCode: number): void {
  process.exitCode = exitCode; // also when the loop empties while somebody waits for what will never come
  setTimeout(() => {
    process.stderr.write("heddle: ended, though something kept the process open after its work was done\n");
    process.exit(exitCode);
  }, GRACE_MS).unref();
}
