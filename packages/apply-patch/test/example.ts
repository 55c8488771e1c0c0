import {
  commitPatch,
  parsePatch,
  planPatch,
  toFileChanges,
  type FilePort,
  type FileUpdateChange,
} from "@heddle/apply-patch";

/** Applies a patch when `approve` likes what it would change; gives what it prints, or null. */
export async function applyPatch(
  text: string,
  options: { cwd: string; files: FilePort; approve: (changes: FileUpdateChange[]) => Promise<boolean> },
): Promise<string | null> {
  const plan = await planPatch(parsePatch(text), options); // throws PatchError, touches nothing
  if (!(await options.approve(toFileChanges(plan)))) return null;
  await commitPatch(plan, options.files); // all of it, or nothing and a PatchError
  return plan.summary;
}
