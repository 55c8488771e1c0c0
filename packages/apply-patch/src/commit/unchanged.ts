import { PatchError } from "../error.ts";
import type { PatchPath } from "../failure.ts";
import type { ReadPort } from "../file-port.ts";
import { directoryOf } from "../path.ts";
import type { FileBefore, PatchPlan } from "../plan/plan.ts";

/**
 * Makes sure that the files a plan writes and removes are still those it was made from, in the directories it resolved:
 * an approval may have taken hours.
 * @throws PatchError `changed-since-planned`.
 */
export async function checkUnchanged(plan: PatchPlan, files: ReadPort): Promise<void> {
  for (const { path, before, source } of [...plan.writes, ...plan.removals]) {
    if (!(await isUnchanged(files, path, before))) throw changed(source);
  }
}

async function isUnchanged(files: ReadPort, path: string, before: FileBefore): Promise<boolean> {
  try {
    const directory = directoryOf(path);
    if ((await files.realDirectory(directory)) !== directory) return false;
    const now = await files.stat(path);
    switch (before.type) {
      case "missing":
        return now === null;
      case "symlink":
        return now?.type === "symlink" && (await files.readLink(path)) === before.target;
      case "file":
        return now?.type === "file" && isEqual(await files.read(path), before.content);
    }
  } catch {
    return false; // not readable any more
  }
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

function changed(path: PatchPath): PatchError {
  return new PatchError({ kind: "changed-since-planned", path }, { phase: "commit" });
}
