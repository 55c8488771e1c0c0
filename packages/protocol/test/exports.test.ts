import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { exportJsonSchema, exportTypeScript } from "../src/index.ts";

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

test("only what is implemented is exported, and what that mentions", () => {
  const files = exportJsonSchema({ implemented: ["initialize"], notifications: [], legacy: false });
  expect(files["ClientRequest.json"]).toEqual({
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "ClientRequest",
    oneOf: [
      {
        description: expect.any(String),
        type: "object",
        required: ["id", "method", "params"],
        properties: {
          id: { $ref: "#/definitions/RequestId" },
          method: { type: "string", enum: ["initialize"] },
          params: { $ref: "#/definitions/InitializeParams" },
        },
      },
    ],
    definitions: {
      ClientInfo: expect.any(Object),
      InitializeCapabilities: expect.any(Object),
      InitializeParams: expect.any(Object),
      RequestId: { anyOf: [{ type: "string" }, { type: "integer", format: "int64" }] },
    },
  });
  expect(files["ThreadStartParams.json"]).toBeUndefined();
  expect(exportTypeScript({ implemented: ["initialize"], legacy: false })["ThreadStartParams.ts"]).toBeUndefined();
});

test("a type says what may be left out and what is always there", () => {
  const files = exportTypeScript();
  expect(files["GitInfo.ts"]).toContain(
    "export type GitInfo = { sha: string | null; branch: string | null; originUrl: string | null; };",
  );
  expect(files["ThreadLoadedListParams.ts"]).toContain(
    "export type ThreadLoadedListParams = { cursor?: string | null; limit?: number | null; };",
  );
  expect(files["AskForApproval.ts"]).toContain(
    'export type AskForApproval = "unlessTrusted" | "onFailure" | "onRequest" | "never";',
  );
});

test("the exported types compile", async () => {
  const folder = await mkdtemp(join(tmpdir(), "heddle-protocol-"));
  folders.push(folder);
  const files = exportTypeScript();
  await mkdir(join(folder, "v1"));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  const options = ["--noEmit", "--strict", "--module", "nodenext", "index.ts", "v1/index.ts"];
  const compiled = promisify(execFile)(process.execPath, [compiler, ...options], { cwd: folder });
  expect(await compiled).toEqual({ stdout: "", stderr: "" });
});
