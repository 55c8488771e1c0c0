import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { createRig, type CommandRig } from "./support/command-rig.ts";
import { startServer } from "./support/server-process.ts";

const TSC = join(import.meta.dirname, "..", "..", "..", "node_modules", ".bin", "tsc");

/** The methods that a server lists when it is asked for one that it does not have. */
async function servedMethods({ workspace }: CommandRig): Promise<string[]> {
  await using server = await startServer(workspace);
  const { message } = (await server.client.request("no/such/method", {}).catch((error: unknown) => error)) as Error;
  const listed = message.slice(message.indexOf("expected one of"));
  return [...listed.matchAll(/`([^`]+)`/g)].map(([, method = ""]) => method).toSorted();
}

describe("app-server generate-ts", () => {
  test("writes types that a strict compiler takes, for requests, notifications and answers", async () => {
    await using rig = await createRig();
    const { cwd, write } = rig.workspace;
    expect(await rig.run(["app-server", "generate-ts", "-o", "new/types"])).toMatchObject({ code: 0, stderr: "" });
    await write(cwd, {
      "client.ts": `
        import type { ClientRequest, ServerNotification, ThreadItem, ThreadStartResponse } from "./new/types/index.js";
        export const start: ClientRequest = { id: 1, method: "thread/start", params: { model: "m" } };
        // @ts-expect-error: no such method
        export const fly: ClientRequest = { id: 1, method: "thread/fly", params: {} };
        // @ts-expect-error: a turn needs a thread
        export const turn: ClientRequest = { id: 1, method: "turn/start", params: { input: [] } };
        export const idOf = (answer: ThreadStartResponse): string => answer.thread.id;
        export function textOf(said: ServerNotification): string {
          switch (said.method) {
            case "item/agentMessage/delta": return said.params.delta;
            case "item/completed": return describe(said.params.item);
            default: return "";
          }
        }
        function describe(item: ThreadItem): string {
          return item.type === "commandExecution" ? item.command : item.id;
        }`,
    });
    const strict = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noEmit"];
    for (const resolution of ["bundler", "nodenext"]) {
      const module = resolution === "bundler" ? "esnext" : "nodenext";
      const args = [...strict, "--module", module, "--moduleResolution", resolution, "client.ts"];
      const { stdout } = await promisify(execFile)(TSC, args, { cwd }).catch((error: { stdout: string }) => error);
      expect(stdout).toBe("");
    }
  });

  test("lists the methods that the server has, and no other", async () => {
    await using rig = await createRig();
    await rig.run(["app-server", "generate-ts", "-o", "types"]);
    const read = (file: string): Promise<string> => readFile(join(rig.workspace.cwd, "types", file), "utf8");
    const text = `${await read("ClientRequest.ts")}${await read("v1/ClientRequest.ts")}`;
    const methods = [...text.matchAll(/method: "([^"]+)"/g)].map(([, method = ""]) => method).toSorted();
    expect(methods).toEqual(await servedMethods(rig));
  });
});

describe("app-server generate-json-schema", () => {
  test("writes schemas of JSON whose references lead somewhere", async () => {
    await using rig = await createRig();
    const folder = join(rig.workspace.cwd, "schemas");
    expect(await rig.run(["app-server", "generate-json-schema", "-o", folder])).toMatchObject({ code: 0, stderr: "" });
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".json"));
    expect(names).toEqual(
      expect.arrayContaining(["ClientRequest.json", "ServerNotification.json", "ThreadItem.json", "v1/EventMsg.json"]),
    );
    for (const name of names) {
      const schema = JSON.parse(await readFile(join(folder, name), "utf8")) as { definitions?: object };
      const known = Object.keys(schema.definitions ?? {}).map((definition) => `#/definitions/${definition}`);
      const used = [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target);
      expect({ name, dangling: used.filter((target) => !known.includes(target ?? "")) }).toEqual({
        name,
        dangling: [],
      });
    }
  });

  test("lists the methods that the server has, and no other", async () => {
    await using rig = await createRig();
    await rig.run(["app-server", "generate-json-schema", "-o", "schemas"]);
    const methodsIn = async (file: string): Promise<string[]> => {
      const text = await readFile(join(rig.workspace.cwd, "schemas", file), "utf8");
      const { oneOf } = JSON.parse(text) as { oneOf: { properties: { method: { enum: string[] } } }[] };
      return oneOf.flatMap(({ properties }) => properties.method.enum);
    };
    const methods = [...(await methodsIn("ClientRequest.json")), ...(await methodsIn("v1/ClientRequest.json"))];
    expect(methods.toSorted()).toEqual(await servedMethods(rig));
  });
});

test("a folder that cannot be made is named", async () => {
  await using rig = await createRig({ files: { "a-file": "" } });
  for (const kind of ["generate-ts", "generate-json-schema"]) {
    const { code, stdout, stderr } = await rig.run(["app-server", kind, "-o", "a-file/types"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^Error: .*a-file\/types/);
  }
});
