import { invalidRequest } from "@heddle/protocol";
import { resolve } from "node:path";
import type { Handler } from "./handler.ts";

/** `gitDiffToRemote`: what the working tree has that no remote has. */
export const diffToRemote: Handler<"gitDiffToRemote"> = async ({ cwd }, { session, signal }) => {
  const { host } = session;
  const outcome = await host.diffToRemote(resolve(host.cwd, cwd), signal);
  if (!outcome.ok) {
    throw invalidRequest(`failed to compute git diff to remote for cwd: ${JSON.stringify(cwd)}: ${outcome.reason}`);
  }
  const { sha, diff } = outcome;
  return { sha, diff };
};
