import type { ConfigEdit } from "./edit-config.ts";

/**
 * Edits the text of a configuration file. Comments, order, quotes and empty lines stay, also at what is changed; without
 * an effect the text comes back as it is. The editor is loaded with the first edit.
 * @param file named in errors.
 * @throws ConfigError `syntax` when the text is not TOML, `value` for what TOML cannot say, `edit` when the result is
 *   not what was asked for.
 */
export async function editConfig(text: string, edits: readonly ConfigEdit[], file = "config.toml"): Promise<string> {
  if (edits.length === 0) return text;
  const editor = await import("./edit-config.ts");
  return editor.editConfig(text, edits, file);
}
