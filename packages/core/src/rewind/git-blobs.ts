import { spawn } from "node:child_process";
import { QUIET_ENV } from "../git/run-git.ts";

/**
 * Reads blobs from a repository, by their ids; those that it does not have are left out. Reads only: nothing is fetched
 * from elsewhere, no lock is taken, no filter runs. Empty where `git` cannot be run.
 * @param maxBytes where reading stops: what comes behind is left out.
 */
export async function readGitBlobs(
  ids: readonly string[],
  options: {
    /** A folder of the work tree. */
    readonly cwd: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly maxBytes: number;
  },
): Promise<ReadonlyMap<string, Buffer>> {
  const { cwd, env, maxBytes } = options;
  if (ids.length === 0) return new Map();
  const output = await new Promise<Buffer>((resolve) => {
    const child = spawn("git", ["--no-replace-objects", "cat-file", "--batch"], {
      cwd,
      env: { ...env, ...QUIET_ENV },
      stdio: ["pipe", "pipe", "ignore"],
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else child.kill("SIGKILL");
    });
    child.stdin.on("error", () => {}); // it ended before it had read everything
    child.once("error", () => resolve(Buffer.alloc(0)));
    child.once("close", () => resolve(Buffer.concat(chunks)));
    child.stdin.end(`${ids.join("\n")}\n`);
  });
  return parseBatch(output);
}

/** `<id> blob <size>\n<content>\n`, one after the other; `<id> missing\n` for what is not there. */
function parseBatch(output: Buffer): Map<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  for (let at = 0; at < output.length;) {
    const feed = output.indexOf(0x0a, at);
    if (feed === -1) break;
    const [id = "", type, size] = output.toString("latin1", at, feed).split(" ");
    at = feed + 1;
    if (type !== "blob") continue;
    const end = at + Number(size);
    if (end > output.length) break;
    blobs.set(id, output.subarray(at, end));
    at = end + 1;
  }
  return blobs;
}
