import { clientMethods, decode, decodeServerNotification, isJsonObject, serverMethods } from "@heddle/protocol";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startProcess } from "./support/built-command.ts";
import { createRig } from "./support/command-rig.ts";

const checkout = join(import.meta.dirname, "..", "..", "..");
const page = readFileSync(join(checkout, "docs", "protocol.md"), "utf8");

function blocksIn(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);
}

test.each(blocksIn("sh"))("docs/protocol.md: %s", async (script) => {
  await using rig = await createRig();
  const { cwd, env } = rig.workspace;
  await writeFile(join(cwd, "client.mjs"), blocksIn("js")[0] ?? "");
  const PATH = `${join(checkout, "node_modules", ".bin")}:${env["PATH"]}`;
  const ended = await startProcess(["/bin/bash", "--norc", "-euo", "pipefail", "-c", script], {
    cwd,
    env: { ...env, PATH },
  }).ended;
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  if (!script.includes("generate")) expect(ended.stdout).toMatch(/^(\{.*"userAgent":")?codex_cli_rs\//);
  expect(await rig.lingering()).toEqual([]);
});

const messages = blocksIn("jsonl").flatMap((text) => text.trim().split("\n"));

test.each(messages)("docs/protocol.md: %s", (line) => {
  const message: unknown = JSON.parse(line.slice(2));
  if (!isJsonObject(message)) throw new Error("no message");
  const { id, method, params } = message;
  if (typeof method !== "string") return expect(message).toHaveProperty("result");
  if (line.startsWith("←") && id === undefined) {
    return expect(decodeServerNotification({ method, params })).toMatchObject({ ok: true });
  }
  if (id === undefined) return expect(method).toBe("initialized");
  const all = { ...clientMethods, ...serverMethods };
  const [, known] = Object.entries(all).find(([name]) => name === method) ?? [];
  const schema = known?.params;
  expect(schema === undefined || schema === null ? null : decode(schema, params)).toMatchObject({ ok: true });
});

test("docs/protocol.md: methods and notifications that it names are there", () => {
  const declared = new Set(Object.keys({ ...clientMethods, ...serverMethods }));
  const named = [...page.matchAll(/`((?:thread|turn|item|fs)\/[A-Za-z/]+)`/g)].map(([, name = ""]) => name);
  const unknown = named.filter((method) => {
    if (declared.has(method)) return false;
    const told = decodeServerNotification({ method, params: {} });
    return !told.ok && told.reason.startsWith("unknown notification");
  });
  expect(unknown).toEqual([]);
});
