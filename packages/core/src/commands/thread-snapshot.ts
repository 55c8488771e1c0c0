import { SandboxError, type ShellSnapshot } from "@heddle/sandbox";

/** The snapshot of a thread's shell: taken when a command first wants it, shared by all that follow. */
export interface ThreadSnapshot {
  /** Null where there is none: the command then uses a login shell. */
  get(take: () => Promise<ShellSnapshot | null>): Promise<ShellSnapshot | null>;
  /** Removes it. */
  close(): Promise<void>;
}

export function createThreadSnapshot(): ThreadSnapshot {
  let taken: Promise<ShellSnapshot | null> | null = null;
  return {
    get(take) {
      // Where it cannot be had once, it is not tried again: each attempt may take as long as the profile hangs.
      taken ??= take().catch((error: unknown) => {
        if (error instanceof SandboxError) return null;
        throw error;
      });
      return taken;
    },
    async close() {
      await (await taken?.catch(() => null))?.[Symbol.asyncDispose]();
    },
  };
}
