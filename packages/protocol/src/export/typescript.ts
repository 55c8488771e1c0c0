import type { TSchema } from "@sinclair/typebox";
import { Omittable } from "../schema/type.ts";
import {
  catalogues,
  EVERYTHING,
  innerSchemas,
  type Catalogue,
  type Implemented,
  type MessageUnion,
} from "./catalogue.ts";

const HEADER = "// Generated from the protocol's schemas by `heddle app-server generate-ts`. Do not edit.\n\n";

/**
 * TypeScript types of the protocol, by file name: one for each definition and each union of messages, and `index.ts`; the first API
 * in the folder `v1`, with an `index.ts` of its own.
 * A member that the server always writes is there, `null` included; one that a client may leave out is optional.
 */
export function exportTypeScript(which: Implemented = EVERYTHING): Record<string, string> {
  return Object.assign({}, ...catalogues(which).map(typeFiles));
}

function typeFiles({ folder, definitions, unions }: Catalogue): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [name, schema] of definitions) {
    const uses = innerSchemas(schema).flatMap(namesIn);
    files[`${name}.ts`] = typeFile(name, shapeOf(schema), uses);
  }
  for (const union of unions) files[`${union.name}.ts`] = unionFile(union);
  files["JsonValue.ts"] = typeFile(
    "JsonValue",
    "string | number | boolean | null | JsonValue[] | { [member: string]: JsonValue | undefined }",
    [],
  );
  const names = Object.keys(files).map((file) => file.slice(0, -".ts".length));
  files["index.ts"] =
    HEADER +
    names
      .sort()
      .map((name) => `export type { ${name} } from "./${name}.js";\n`)
      .join("");
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}${name}`, text]));
}

/** An import ends in `.js`, which each way of resolving modules takes for the `.ts` file. */
function typeFile(name: string, type: string, uses: readonly string[]): string {
  const imports = [...new Set(uses)]
    .filter((use) => use !== name)
    .sort()
    .map((use) => `import type { ${use} } from "./${use}.js";\n`)
    .join("");
  return `${HEADER}${imports === "" ? "" : `${imports}\n`}export type ${name} =${type.startsWith("\n") ? "" : " "}${type};\n`;
}

function unionFile({ name, members }: MessageUnion): string {
  const asks = name.endsWith("Request");
  const variants = members.map(({ method, params, doc }) => {
    const id = asks ? "id: RequestId; " : "";
    const body = params === null ? "params?: undefined" : `params: ${typeOf(params)}`;
    return `\n  /** ${doc} */\n  | { ${id}method: ${JSON.stringify(method)}; ${body} }`;
  });
  const uses = members.flatMap(({ params }) => (params === null ? [] : namesIn(params)));
  return typeFile(name, variants.join(""), asks ? ["RequestId", ...uses] : uses);
}

/** The names that the type of a schema mentions. */
function namesIn(schema: TSchema): readonly string[] {
  if (schema.$id !== undefined) return [schema.$id];
  return isJson(schema) ? ["JsonValue"] : innerSchemas(schema).flatMap(namesIn);
}

function isJson(schema: TSchema): boolean {
  return schema["type"] === undefined && schema["anyOf"] === undefined;
}

/** The type where it is used: its name if it has one. */
function typeOf(schema: TSchema): string {
  return schema.$id ?? shapeOf(schema);
}

function shapeOf(schema: TSchema): string {
  if (schema["anyOf"] !== undefined) return unionType(schema["anyOf"]);
  if (schema["enum"] !== undefined) return schema["enum"].map((word: string) => JSON.stringify(word)).join(" | ");
  switch (schema["type"]) {
    case undefined:
      return "JsonValue";
    case "integer":
      return "number";
    case "array":
      return `Array<${typeOf(schema["items"])}>`;
    case "object":
      return objectType(schema);
    default:
      return String(schema["type"]);
  }
}

/** A variant with members has a line of its own. */
function unionType(variants: readonly TSchema[]): string {
  const types = variants.map(typeOf);
  return types.some((type) => type.startsWith("{")) ? types.map((type) => `\n  | ${type}`).join("") : types.join(" | ");
}

function objectType({ properties, additionalProperties }: TSchema): string {
  if (additionalProperties !== undefined) return `{ [member: string]: ${typeOf(additionalProperties)} }`;
  const members = Object.entries<TSchema>(properties ?? {}).map(([name, schema]) => {
    const maybe = Omittable in schema ? "?" : "";
    return `${name}${maybe}: ${typeOf(schema)};`;
  });
  return members.length === 0 ? "Record<string, never>" : `{ ${members.join(" ")} }`;
}
