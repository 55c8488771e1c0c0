import type { JsonValue } from "@heddle/protocol";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ExecOptions } from "./options.ts";
import { readPrompt, type PromptSource } from "./prompt.ts";

/** What a run is to do on its thread, read and checked. */
export interface ExecWork {
  readonly prompt: string;
  /** The JSON Schema of the final answer; undefined: any answer will do. */
  readonly outputSchema: JsonValue | undefined;
}

/** The work, or what the person is told instead. */
export type WorkReading =
  | { readonly type: "work"; readonly work: ExecWork }
  | { readonly type: "none"; readonly message: string };

/**
 * Reads prompt and output schema. Clients delete the file of the schema at any time after the start, so it is read once.
 * @throws when the signal fires while standard input is read.
 */
export async function readWork(
  options: ExecOptions,
  from: {
    readonly stdin: PromptSource;
    /** What file names are relative to. */
    readonly cwd: string;
    readonly note: (text: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<WorkReading> {
  const prompt = await readPrompt({ argument: options.prompt, withStdin: options.stdinContext, ...from });
  if (prompt.type === "none") return prompt;
  const { outputSchemaFile: file } = options;
  if (file === null) return { type: "work", work: { prompt: prompt.text, outputSchema: undefined } };
  const schema = await readSchema(file, from.cwd);
  if (schema.type === "none") return schema;
  return { type: "work", work: { prompt: prompt.text, outputSchema: schema.value } };
}

type SchemaReading =
  | { readonly type: "schema"; readonly value: JsonValue }
  | { readonly type: "none"; readonly message: string };

async function readSchema(file: string, cwd: string): Promise<SchemaReading> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, file), "utf8");
  } catch (error) {
    return { type: "none", message: `Failed to read output schema file ${file}: ${reasonOf(error)}` };
  }
  try {
    const value: JsonValue = JSON.parse(text);
    return { type: "schema", value };
  } catch (error) {
    return { type: "none", message: `Output schema file ${file} is not valid JSON: ${reasonOf(error)}` };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
