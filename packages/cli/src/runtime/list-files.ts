import { listByWalking, listWithRipgrep, type ListFiles } from "@heddle/app-server";
import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/** Lists files with ripgrep: the one on the PATH, else the one that is installed with Heddle; without any, by walking. */
export function listFiles(env: Readonly<Record<string, string | undefined>>): ListFiles {
  let list: Promise<ListFiles> | null = null;
  const choose = async (): Promise<ListFiles> => {
    const ripgrep = await findRipgrep(env);
    return ripgrep === null ? listByWalking(env) : listWithRipgrep(ripgrep, env);
  };
  return async (root, options) => (await (list ??= choose()))(root, options);
}

/** The absolute path of ripgrep, null when this machine has none. */
export async function findRipgrep(env: Readonly<Record<string, string | undefined>>): Promise<string | null> {
  return (await onPath(env["PATH"] ?? "")) ?? (await installed());
}

/** Relative folders do not count: they would be looked for in a repository, which may be anybody's. */
async function onPath(path: string): Promise<string | null> {
  const name = process.platform === "win32" ? "rg.exe" : "rg";
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, name);
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return null;
}

/** An optional package: it is not there for every system, nor when it was left out. */
async function installed(): Promise<string | null> {
  try {
    return (await import("@vscode/ripgrep")).rgPath;
  } catch {
    return null;
  }
}
