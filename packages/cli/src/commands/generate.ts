import { exportJsonSchema, exportTypeScript } from "@heddle/protocol";
import { implementedMethods } from "@heddle/app-server";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** `app-server generate-ts` and `generate-json-schema`: one file a type, of what the server implements. */
export async function writeProtocol(kind: "typescript" | "json-schema", folder: string): Promise<number> {
  const which = { implemented: [...implementedMethods], legacy: true };
  const files = kind === "typescript" ? exportTypeScript(which) : exportJsonSchema(which);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
  return 0;
}
