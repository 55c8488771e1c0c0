import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRig, type CommandRig } from "./command-rig.ts";

/** A home with a `config.toml`, for commands that edit it; goes with its rig. */
export interface HomeWithConfig extends AsyncDisposable {
  readonly rig: CommandRig;
  /** Of `config.toml`. */
  readonly path: string;
  /** Runs `heddle` with these arguments to its end. */
  heddle(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** What `config.toml` holds now. */
  text(): Promise<string>;
}

export async function homeWithConfig(text: string): Promise<HomeWithConfig> {
  const rig = await createRig();
  const path = join(rig.workspace.home, "config.toml");
  await writeFile(path, text);
  return {
    rig,
    path,
    async heddle(...args) {
      const { code, stdout, stderr } = await rig.run(args);
      return { code, stdout, stderr };
    },
    text: () => readFile(path, "utf8"),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}
