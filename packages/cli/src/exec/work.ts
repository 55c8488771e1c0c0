import type { JsonValue, ReviewTarget } from "@heddle/protocol";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ExecOptions } from "./options.ts";
import { readPrompt, type PromptSource } from "./prompt.ts";

/** What a run is to do on its thread, read and checked. */
export type ExecWork =
  | {
      readonly type: "turn";
      readonly prompt: string;
      /** The JSON Schema of the final answer; undefined: any answer will do. */
      readonly outputSchema: JsonValue | undefined;
    }
  | { readonly type: "review"; readonly target: ReviewTarget };

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
  const { target, outputSchemaFile } = options;
  if (target.type === "review" && target.of.type !== "custom") {
    return { type: "work", work: { type: "review", target: target.of } };
  }
  const prompt = await readPrompt({ argument: options.prompt, withStdin: options.stdinContext, ...from });
  if (prompt.type === "none") return prompt;
  if (target.type === "review") {
    return { type: "work", work: { type: "review", target: { type: "custom", instructions: prompt.text } } };
  }
  if (outputSchemaFile === null) {
    return { type: "work", work: { type: "turn", prompt: prompt.text, outputSchema: undefined } };
  }
  const schema = await readSchema(outputSchemaFile, from.cwd);
  if (schema.type === "none") return schema;
  return { type: "work", work: { type: "turn", prompt: prompt.text, outputSchema: schema.value } };
}

/** The work in the person's words, as it is echoed. Source: command line spec, section 2, "review". */
export function describeWork(work: ExecWork): string {
  if (work.type === "turn") return work.prompt;
  const { target } = work;
  switch (target.type) {
    case "uncommittedChanges":
      return "current changes";
    case "baseBranch":
      return `changes against '${target.branch}'`;
    case "commit": {
      const { sha, title = null } = target;
      return `commit ${sha.slice(0, 7)}${title === null ? "" : `: ${title}`}`;
    }
    case "custom":
      return target.instructions;
  }
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
