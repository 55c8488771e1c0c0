import * as Type from "@sinclair/typebox";
import type { Static } from "@sinclair/typebox";
import { isAbsolute } from "node:path";
import { describeParameter, describeReadFile } from "../../context/instructions/tool-descriptions.ts";
import { textOutput } from "../output.ts";
import { defineFunctionTool, functionSpec, type OfferedTool } from "../tool.ts";
import { cutLine } from "./cut-line.ts";
import { indentedBlock } from "./indented-block.ts";

const Indentation = Type.Object(
  {
    anchor_line: Type.Optional(Type.Number({ description: describeParameter.readAnchor })),
    include_header: Type.Optional(Type.Boolean({ description: describeParameter.readHeader })),
    include_siblings: Type.Optional(Type.Boolean({ description: describeParameter.readSiblings })),
    max_levels: Type.Optional(Type.Number({ description: describeParameter.readMaxLevels })),
    max_lines: Type.Optional(Type.Number({ description: describeParameter.readMaxLines })),
  },
  { additionalProperties: false },
);

const Input = Type.Object(
  {
    file_path: Type.String({ description: describeParameter.readPath }),
    indentation: Type.Optional(Indentation),
    limit: Type.Optional(Type.Number({ description: describeParameter.readLimit })),
    mode: Type.Optional(Type.String({ description: describeParameter.readMode })),
    offset: Type.Optional(Type.Number({ description: describeParameter.readOffset })),
  },
  { additionalProperties: false },
);

const DEFAULT_LIMIT = 2000;

/** `read_file`: lines of a text file with their numbers. Source: engine spec, sections 6.2 and 8.3. */
export const readFileTool: OfferedTool = {
  tool: defineFunctionTool({
    name: "read_file",
    admission: "parallel",
    input: Input,
    handle: async (input, _call, { files }) => {
      const wrong = whyInvalid(input);
      if (wrong !== null) return textOutput(wrong);
      let bytes: Uint8Array;
      try {
        bytes = await files.read(input.file_path);
      } catch (error) {
        return textOutput(`failed to read file: ${error instanceof Error ? error.message : String(error)}`);
      }
      const lines = splitLines(Buffer.from(bytes).toString("utf8"));
      const range = input.mode === "indentation" ? blockOf(lines, input) : sliceOf(lines, input);
      if (typeof range === "string") return textOutput(range);
      const numbered = lines
        .slice(range.start, range.end)
        .map((line, at) => `L${range.start + at + 1}: ${cutLine(line)}`);
      return textOutput(numbered.join("\n"));
    },
  }),
  spec: functionSpec("read_file", describeReadFile, Input),
};

function whyInvalid({
  file_path: path,
  offset = 1,
  limit = DEFAULT_LIMIT,
  mode,
  indentation,
}: Static<typeof Input>): string | null {
  if (!isCount(offset)) return "offset must be a 1-indexed line number";
  if (!isCount(limit)) return "limit must be greater than zero";
  if (!isAbsolute(path)) return "file_path must be an absolute path";
  if (mode !== undefined && mode !== "slice" && mode !== "indentation") {
    return `unknown mode \`${mode}\`: use \`slice\` or \`indentation\``;
  }
  const { anchor_line: anchor = 1, max_lines: maxLines = 1, max_levels: maxLevels = 0 } = indentation ?? {};
  if (!isCount(anchor)) return "anchor_line must be a 1-indexed line number";
  if (!isCount(maxLines)) return "max_lines must be greater than zero";
  return Number.isInteger(maxLevels) && maxLevels >= 0 ? null : "max_levels must be a whole number, 0 or more";
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

type Range = { readonly start: number; readonly end: number };

function sliceOf(
  lines: readonly string[],
  { offset = 1, limit = DEFAULT_LIMIT }: Static<typeof Input>,
): Range | string {
  if (offset > lines.length) return "offset exceeds file length";
  return { start: offset - 1, end: offset - 1 + limit };
}

function blockOf(
  lines: readonly string[],
  { offset = 1, limit = DEFAULT_LIMIT, indentation = {} }: Static<typeof Input>,
): Range | string {
  const anchor = indentation.anchor_line ?? offset;
  if (anchor > lines.length) return "anchor_line exceeds file length";
  return indentedBlock(lines, {
    anchor: anchor - 1,
    maxLevels: indentation.max_levels ?? 0,
    includeSiblings: indentation.include_siblings ?? false,
    includeHeader: indentation.include_header ?? true,
    limit: Math.min(limit, indentation.max_lines ?? limit),
  });
}

/** Without the empty piece behind a last line break. */
function splitLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
