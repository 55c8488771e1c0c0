import { isRecord } from "../is-record.ts";

/** What a `SKILL.md` says about itself, or why it says nothing of use. */
export type SkillHeader =
  | { readonly type: "skill"; readonly name: string; readonly description: string }
  | { readonly type: "invalid"; readonly reason: string };

/** In bytes. Source: engine spec, section 3.3. */
const MAX_NAME_BYTES = 100;
const MAX_DESCRIPTION_BYTES = 500;

/** Reads the YAML between the first two `---` lines of a `SKILL.md`. Runs of white space count as one blank. */
export async function readSkillHeader(text: string): Promise<SkillHeader> {
  const matter = /^---[ \t]*\r?\n([^]*?)^---[ \t]*\r?$/m.exec(text)?.[1];
  if (matter === undefined || !text.startsWith("---")) return invalid("it does not begin with YAML between --- lines");
  const { parse } = await import("yaml"); // few homes have skills
  let value: unknown;
  try {
    value = parse(matter);
  } catch (error) {
    return invalid(`its YAML cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isRecord(value)) return invalid("its YAML is no mapping");
  const name = oneLine(value["name"]);
  const description = oneLine(value["description"]);
  if (name === "") return invalid("`name` is missing");
  if (description === "") return invalid("`description` is missing");
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return invalid(`\`name\` is longer than ${MAX_NAME_BYTES} bytes`);
  if (Buffer.byteLength(description) > MAX_DESCRIPTION_BYTES) {
    return invalid(`\`description\` is longer than ${MAX_DESCRIPTION_BYTES} bytes`);
  }
  return { type: "skill", name, description };
}

function invalid(reason: string): SkillHeader {
  return { type: "invalid", reason };
}

function oneLine(value: unknown): string {
  return typeof value === "string" ? value.trim().split(/\s+/).join(" ") : "";
}
