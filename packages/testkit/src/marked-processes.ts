import { readdir, readFile } from "node:fs/promises";

/**
 * The processes on this machine that carry a mark in their arguments or environment, however far down a tree they are
 * and whoever adopted them. Linux; environments of other users' processes are not seen.
 */
export async function markedProcesses(mark: string): Promise<number[]> {
  const found = await Promise.all(
    (await readdir("/proc"))
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map(async (pid) => {
        const texts = await Promise.all(["cmdline", "environ"].map((file) => readProcessFile(pid, file)));
        return texts.some((text) => text.includes(mark)) ? [Number(pid)] : [];
      }),
  );
  return found.flat();
}

/** `""` for one that has ended, or is none of our business. */
async function readProcessFile(pid: string, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
}
