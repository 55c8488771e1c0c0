import { isJsonObject, type JsonValue } from "@heddle/protocol";
import type { TSchema } from "@sinclair/typebox";
import type { Random } from "./random.ts";

/**
 * Texts that a fuzz run puts wherever a text may stand: paths, commands, ids. All of them come from a list, since some
 * of what a client may say is carried out.
 */
export interface FuzzWords {
  readonly random: Random;
  /** For members of any name. */
  readonly texts: () => string;
  /** For members of this name; null: any text. */
  readonly textFor: (member: string) => string | null;
}

/** A value that fits a schema most of the time; `bend` of a hundred parts of it do not. */
export function fuzzValue(
  schema: TSchema,
  words: FuzzWords,
  { bend, member = "" }: { readonly bend: number; readonly member?: string },
): JsonValue {
  const { random, texts, textFor } = words;
  if (random.below(100) < bend) return oddValue(words);
  const inner = (part: TSchema, name = member): JsonValue => fuzzValue(part, words, { bend, member: name });
  const choices: readonly TSchema[] | undefined = schema["anyOf"];
  if (choices !== undefined) return inner(choices[random.below(choices.length)] ?? schema);
  const values: readonly JsonValue[] | undefined = schema["enum"];
  if (values !== undefined) return values[random.below(values.length)] ?? null;
  switch (schema["type"]) {
    case "string":
      return textFor(member) ?? texts();
    case "boolean":
      return random.below(2) === 0;
    case "null":
      return null;
    case "integer":
    case "number":
      return random.pick([0, 1, 2, 25, 1_000, -1]);
    case "array":
      return Array.from({ length: random.below(3) }, () => inner(schema["items"]));
    case "object":
      return fuzzObject(schema, words, inner);
    default:
      return oddValue(words);
  }
}

function fuzzObject(
  schema: TSchema,
  { random, texts }: FuzzWords,
  inner: (part: TSchema, name: string) => JsonValue,
): JsonValue {
  if (schema["additionalProperties"] !== undefined) {
    return random.below(2) === 0 ? {} : { [texts()]: inner(schema["additionalProperties"], "") };
  }
  const required: readonly string[] = schema["required"] ?? [];
  const value: Record<string, JsonValue> = {};
  for (const [name, part] of Object.entries<TSchema>(schema["properties"] ?? {})) {
    const isThere = required.includes(name) ? random.below(40) > 0 : random.below(3) === 0;
    if (isThere) value[name] = inner(part, name);
  }
  return value;
}

/** A value that hardly anything is prepared for. */
function oddValue({ random, texts }: FuzzWords): JsonValue {
  return random.pick<JsonValue>([
    null,
    true,
    -1,
    0.5,
    1e300,
    Number.MAX_SAFE_INTEGER,
    "",
    texts(),
    "é".repeat(1_000),
    [],
    [[]],
    {},
    { type: texts() },
    { type: "readOnly", more: [1, 2] },
    [{ type: "text", text: "hi" }],
    [{ type: "localImage", path: "/etc" }],
    { "a.b": null, __proto__: null, constructor: "x" },
  ]);
}

/** A line that was a message before some of its bytes were changed. */
export function bendLine(line: string, random: Random): Buffer {
  const bytes = Buffer.from(line);
  const at = random.below(bytes.length);
  switch (random.below(6)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([random.below(256)]), bytes.subarray(at)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(8))]);
    case 3:
      bytes[at] = random.below(256);
      return bytes;
    case 4:
      return Buffer.concat([bytes, bytes]);
    default:
      return Buffer.from(Array.from({ length: random.below(64) }, () => random.below(256)));
  }
}

/** Lines that are JSON and no request that is answered. */
export function oddLine(random: Random): string {
  const deep = 5_000;
  return random.pick([
    "[]",
    "{}",
    "null",
    '"thread/list"',
    '{"id":50}',
    '{"id":null,"method":"thread/list","params":{}}',
    '{"id":1.5,"method":"thread/list","params":{}}',
    '{"id":{},"method":"thread/start","params":{}}',
    '[{"id":1,"method":"thread/list","params":{}}]',
    '{"method":"thread/start","params":{}}',
    '{"method":"initialized"}',
    '{"id":"nobody asked","result":{}}',
    '{"id":0,"error":{"code":1,"message":"no"}}',
    '{"id":1,"result":{"decision":"accept"}}',
    `{"id":1,"method":"thread/list","params":${"[".repeat(deep)}${"]".repeat(deep)}}`,
    `{"method":"${"x".repeat(100_000)}"}`,
    "",
    " \t\r",
  ]);
}

/** What a client answers to a request of the server: right, wrong or not at all. */
export function oddAnswer(random: Random): JsonValue | undefined {
  const decision = random.pick<JsonValue>(["accept", "acceptForSession", "decline", "cancel", "perhaps", null, {}]);
  return random.pick<JsonValue | undefined>([
    { decision },
    { decision },
    { action: "accept", content: {} },
    { success: true, contentItems: [{ type: "inputText", text: "x" }] },
    { answers: {} },
    decision,
    undefined,
  ]);
}

/** The ids of threads in whatever a server says. */
export function threadIdsIn(value: unknown): string[] {
  if (!isJsonObject(value)) return [];
  const { thread } = value;
  const id = isJsonObject(thread) ? thread["id"] : null;
  return typeof id === "string" ? [id] : [];
}
