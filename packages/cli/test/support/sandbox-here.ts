import { createSandbox } from "@heddle/sandbox";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How much of a policy commands are held to on this machine: `full` takes bubblewrap, which not every machine has. */
export const sandboxHere: "full" | "reduced" | "none" = await levelHere();

/** What a program says about a write that the sandbox of this machine refuses. */
export const REFUSED_WRITE = /Read-only file system|Permission denied/;

async function levelHere(): Promise<"full" | "reduced" | "none"> {
  const sandbox = createSandbox({ env: process.env, stateDir: join(tmpdir(), "no-such-folder"), credentials: [] });
  try {
    const { rung } = await sandbox.probe();
    return rung === "none" ? "none" : rung === "bubblewrap" ? "full" : "reduced";
  } finally {
    await sandbox.close();
  }
}
