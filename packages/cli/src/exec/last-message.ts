import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";

/** What the person is told about the file of the final message. */
export type Saving =
  | { readonly type: "saved" }
  | { readonly type: "empty"; readonly warning: string }
  | { readonly type: "failed"; readonly message: string };

/** `-o FILE`: the last message of the agent as it is, also of a turn that failed. Without one the file is empty. */
export async function saveLastMessage(file: string, message: string | null, cwd: string): Promise<Saving> {
  try {
    await writeFile(resolve(cwd, file), message ?? "");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { type: "failed", message: `Error: the last message could not be written to ${file}: ${reason}` };
  }
  if (message !== null) return { type: "saved" };
  return { type: "empty", warning: `Warning: no last agent message; wrote empty content to ${file}` };
}
