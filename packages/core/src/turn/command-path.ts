import { delimiter } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

/** The environment with `folder` in front of its `PATH`; as it is without a folder or a path to put it in front of. */
export function withCommandPath(env: Env, folder: string | null): Env {
  const path = env["PATH"] ?? "";
  if (folder === null || path === "" || path.split(delimiter)[0] === folder) return env;
  return { ...env, PATH: `${folder}${delimiter}${path}` };
}
