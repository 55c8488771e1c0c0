import { step, type Script } from "@heddle/testkit";
import { isJsonObject, type JsonValue } from "@heddle/protocol";
import { expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";
import { createRandom, type Random } from "./support/random.ts";

const SEED = Number(process.env["HEDDLE_MONKEY_SEED"] ?? 1);
const REQUESTS = Number(process.env["HEDDLE_MONKEY_REQUESTS"] ?? 600);

/** So many requests are under way at the same time. */
const BATCH = 20;

const METHODS = [
  "thread/start",
  "thread/resume",
  "thread/list",
  "thread/archive",
  "turn/start",
  "turn/start",
  "turn/interrupt",
  "model/list",
  "config/read",
  "initialize",
  "no/such",
] as const;
const MEMBERS = [
  ...["threadId", "input", "cwd", "model", "modelProvider", "approvalPolicy", "sandbox", "sandboxPolicy", "config"],
  ...["path", "history", "turnId", "cursor", "limit", "modelProviders", "effort", "summary", "clientInfo"],
];
/** The model talks, runs commands, patches, and breaks off. */
const SCRIPT: Script = (_request, index) =>
  [
    [step.text("hello")],
    [step.shell(`call_${index}`, ["touch", "made.txt"])],
    [step.text("half"), step.drop()],
    [step.customPatch(`call_${index}`, "*** Begin Patch\n*** Add File: made.txt\n+x\n*** End Patch")],
  ][index % 4] ?? [];

test(`whatever is asked, each request is answered once, and the server goes on (${REQUESTS} requests, seed ${SEED})`, async () => {
  await using rig = await createRig({ script: SCRIPT, settings: 'approval_policy = "untrusted"' });
  const random = createRandom(SEED);
  const server = rig.start(["app-server"], { stdin: null });
  const send = (message: object): void => void server.child.stdin?.write(`${JSON.stringify(message)}\n`);
  const threads: string[] = ["01a20220-5c31-7660-a701-cd130115a235"];
  const answered: unknown[] = [];
  const faults: unknown[] = [];
  let onAnswer = (): void => {};
  /** Resolves when so many have been answered, and that of `initialize`. */
  const haveAnswers = (count: number): Promise<void> =>
    new Promise((resolve) => {
      onAnswer = () => void (answered.length > count && resolve());
      onAnswer();
    });
  readLines(server.child.stdout, (message) => {
    const { id, method, result, error } = message;
    if (typeof method === "string") {
      if (id !== undefined && random.below(4) > 0) send({ id, result: randomDecision(random) });
      return;
    }
    answered.push(id);
    if (isJsonObject(error) && error["code"] !== -32600) faults.push(error);
    const started = isJsonObject(result) ? result["thread"] : undefined;
    if (isJsonObject(started)) threads.push(String(started["id"]));
    onAnswer();
  });

  send({ id: "hello", method: "initialize", params: { clientInfo: { name: "monkey", version: "1" } } });
  for (let id = 0; id < REQUESTS; id += 1) {
    send({ id, method: random.pick(METHODS), params: randomParams(random, threads) });
    // With the answers come threads to ask about.
    if ((id + 1) % BATCH === 0) await Promise.race([haveAnswers(id + 1), server.ended]);
  }
  await Promise.race([haveAnswers(REQUESTS), server.ended]);
  server.child.stdin?.end();
  const { code, stderr } = await server.ended;
  expect({ code, faults, twice: answered.length - new Set(answered).size }).toEqual({ code: 0, faults: [], twice: 0 });
  expect(answered.length).toBe(REQUESTS + 1);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(await rig.lingering()).toEqual([]);
}, 60_000);

function randomParams(random: Random, threads: readonly string[]): JsonValue {
  if (random.below(50) === 0) return random.pick<JsonValue>([null, [], "x", 5]);
  const params: Record<string, JsonValue> = {};
  for (let count = random.below(4); count > 0; count -= 1) {
    params[MEMBERS[random.below(MEMBERS.length)] ?? ""] = randomValue(random);
  }
  if (random.below(2) === 0) params["threadId"] = threads[random.below(threads.length)] ?? "";
  if (random.below(2) === 0) params["input"] = [{ type: "text", text: "hello" }];
  if (random.below(3) === 0) params["turnId"] = "0";
  return params;
}

function randomValue(random: Random): JsonValue {
  return random.pick<JsonValue>([
    null,
    -1,
    1e300,
    true,
    "",
    "a\u0000b",
    "/nowhere",
    "never",
    "untrusted",
    "é".repeat(1_000),
    [],
    {},
    [{ type: "text", text: "hi" }],
    [{ type: "localImage", path: "/etc" }],
    { type: "readOnly" },
    { type: "workspaceWrite" },
    { model: 5, "a.b": null },
  ]);
}

function randomDecision(random: Random): JsonValue {
  const decision = random.pick<JsonValue>(["accept", "acceptForSession", "decline", "cancel", "perhaps", null]);
  return random.below(5) === 0 ? decision : { decision };
}

function readLines(
  stream: NodeJS.ReadableStream | null,
  read: (message: Readonly<Record<string, unknown>>) => void,
): void {
  let rest = "";
  stream?.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const message: unknown = JSON.parse(line);
      if (isJsonObject(message)) read(message);
    }
  });
}
