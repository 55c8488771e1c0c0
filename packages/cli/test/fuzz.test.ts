import { implementedMethods } from "@heddle/app-server";
import { clientMethods, isJsonObject, type JsonValue } from "@heddle/protocol";
import { step, type Script } from "@heddle/testkit";
import { createConnection } from "node:net";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { expect, test } from "vitest";
import { createRig, type CommandRig } from "./support/command-rig.ts";
import { bendLine, fuzzValue, oddAnswer, oddLine, threadIdsIn, type FuzzWords } from "./support/fuzz-values.ts";
import { createRandom, type Random } from "./support/random.ts";

/*
 * Bytes, JSON, methods, params and orders at random: no crash, no hang, one answer per request. The same seed says the
 * same things, as far as the server's answers let it.
 */
const SEED = Number(process.env["HEDDLE_FUZZ_SEED"] ?? 1);
const SECONDS = Number(process.env["HEDDLE_FUZZ_SECONDS"] ?? 4);

/** So many requests are under way at the same time. */
const BATCH = 20;
/** A server that has not answered after this time hangs. */
const HANG_MS = 20_000;

/** A login in the browser listens at a port that is the same for everybody. */
const LEFT_OUT: ReadonlySet<string> = new Set(["initialize", "account/login/start"]);
const METHODS = implementedMethods.filter((method) => !LEFT_OUT.has(method));
/** What makes something happen is asked for more often. */
const LIVELY = ["thread/start", "turn/start", "turn/start", "turn/start", "turn/interrupt", "thread/resume"] as const;

/** The model talks, runs commands, patches, asks, and breaks off. */
const SCRIPT: Script = (_request, index) =>
  [
    [step.text("hello")],
    [step.shell(`call_${index}`, ["touch", "made.txt"])],
    [step.text("half"), step.drop()],
    [step.customPatch(`call_${index}`, "*** Begin Patch\n*** Add File: made.txt\n+x\n*** End Patch")],
    [step.functionCall(`call_${index}`, "request_user_input", { questions: [] })],
    [step.updatePlan(`call_${index}`, [{ step: "one", status: "completed" }])],
  ][index % 6] ?? [];

interface Wire {
  readonly input: Writable;
  readonly output: Readable;
}

/** One client that says whatever comes to its mind, and keeps account of the answers. */
class Fuzzer {
  /** Of requests that have to be answered: what was asked. */
  readonly open = new Map<string, string>();
  readonly twice: string[] = [];
  readonly faults: unknown[] = [];
  asked = 0;
  readonly #wire: Wire;
  readonly #random: Random;
  readonly #words: FuzzWords;
  readonly #name: string;
  readonly #answered = new Set<string>();
  #onAnswer = (): void => {};

  constructor(wire: Wire, options: { readonly random: Random; readonly words: FuzzWords; readonly name: string }) {
    this.#wire = wire;
    this.#random = options.random;
    this.#words = options.words;
    this.#name = options.name;
    let rest = "";
    wire.output.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#hear(JSON.parse(line), options.words);
    });
  }

  /** A request that fits as far as it is known, or nearly. */
  request(method: string, params: JsonValue | undefined): void {
    const id = `${this.#name}-${this.asked++}`;
    this.open.set(id, `${method} ${JSON.stringify(params)}`.slice(0, 500));
    const line = JSON.stringify({ id, method, ...(params === undefined ? {} : { params }) });
    this.#write(`${line}\n`);
  }

  sayAnything(): void {
    const random = this.#random;
    const kind = random.below(20);
    if (kind === 0) return this.#write(`${oddLine(random)}\n`);
    const method = kind < 10 ? random.pick(LIVELY) : (METHODS[random.below(METHODS.length)] ?? "thread/list");
    const { params: schema } = clientMethods[method];
    const bend = random.pick([0, 0, 2, 20]);
    const params = schema === null ? undefined : fuzzValue(schema, this.#words, { bend });
    if (kind === 1) return this.request("no/such", params);
    if (kind > 2) return this.request(method, params);
    // What is left of it may be a request or not: it must not be answered twice, and must not break anything.
    const line = JSON.stringify({ id: `bent ${this.#name}-${this.asked++}`, method, params: params ?? null });
    this.#write(Buffer.concat([bendLine(line, random), Buffer.from("\n")]));
  }

  /** Resolves when everything is answered. @throws Error with what is not. */
  async settled(): Promise<void> {
    if (this.open.size === 0) return;
    await new Promise<void>((resolve, reject) => {
      const hang = (): void => reject(new Error(`seed ${SEED}, no answer to:\n${[...this.open.values()].join("\n")}`));
      const timer = setTimeout(hang, HANG_MS);
      this.#onAnswer = () => {
        if (this.open.size > 0) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #write(data: string | Buffer): void {
    const bytes = Buffer.from(data);
    const cut = this.#random.below(bytes.length + 1);
    this.#wire.input.write(bytes.subarray(0, cut));
    this.#wire.input.write(bytes.subarray(cut));
  }

  #hear(message: unknown, words: FuzzWords): void {
    if (!isJsonObject(message)) return void this.faults.push(message);
    const { id, method, error, result } = message;
    if (typeof method === "string") {
      const answer = id === undefined ? undefined : oddAnswer(this.#random);
      if (answer !== undefined) this.#write(`${JSON.stringify({ id, result: answer })}\n`);
      return;
    }
    const key = String(id);
    if (this.#answered.has(key)) this.twice.push(key);
    this.#answered.add(key);
    if (isJsonObject(error) && looksLikeBug(error)) this.faults.push({ asked: this.open.get(key), error });
    knownThreads(words).push(...threadIdsIn(result));
    this.open.delete(key);
    this.#onAnswer();
  }
}

/** An error that names our own code instead of what the client did. */
function looksLikeBug({ code, message }: Readonly<Record<string, unknown>>): boolean {
  const isOurs = /is not a function|is not iterable|Cannot (read|set) propert|undefined|\[object|Maximum call stack/;
  return (code !== -32600 && code !== -32603) || isOurs.test(String(message));
}

const threadsOf = new WeakMap<FuzzWords, string[]>();
const knownThreads = (words: FuzzWords): string[] => threadsOf.get(words) ?? [];

function createWords(random: Random, cwd: string): FuzzWords {
  const threads = ["01a20220-5c31-7660-a701-cd130115a235"];
  const places: readonly [string, ...string[]] = [cwd, join(cwd, "made.txt"), join(cwd, "new"), "/nowhere", "x", ""];
  const words: FuzzWords = {
    random,
    texts: () => random.pick(["", "true", "echo", "hi", "never", "0", "a.b", "a\u0000b", "é", "model", ...places]),
    textFor(member) {
      switch (member) {
        case "threadId":
          return threads[random.below(threads.length)] ?? null;
        case "cwd":
          return random.below(4) === 0 ? random.pick(places) : cwd;
        case "model":
          return "mock-model";
        default:
          return /path$/i.test(member) ? random.pick(places) : null;
      }
    },
  };
  threadsOf.set(words, threads);
  return words;
}

async function expectOneAnswerEach(
  rig: CommandRig,
  connect: () => Promise<{ wires: Wire[]; end(): void; ended: Promise<Ended> }>,
) {
  const random = createRandom(SEED);
  const words = createWords(random, rig.workspace.cwd);
  const { wires, end, ended } = await connect();
  const fuzzers = wires.map((wire, index) => new Fuzzer(wire, { random, words, name: `client${index}` }));
  const ending = ended.then(({ code, signal, stderr }) => {
    throw new Error(`seed ${SEED}: the server ended with ${code ?? signal}: ${stderr.slice(-3_000)}`);
  });
  ending.catch(() => {}); // it does in the end
  for (const fuzzer of fuzzers) {
    for (let count = 0; count < 5; count += 1) fuzzer.sayAnything(); // before it has introduced itself
    const capabilities = random.pick([null, {}, { experimentalApi: true, eventCursor: true }]);
    fuzzer.request("initialize", { clientInfo: { name: "fuzz", version: "1" }, capabilities });
  }
  for (const until = performance.now() + SECONDS * 1_000; performance.now() < until;) {
    for (const fuzzer of fuzzers) for (let count = 0; count < BATCH; count += 1) fuzzer.sayAnything();
    // With the answers come threads to ask about.
    await Promise.race([Promise.all(fuzzers.map((fuzzer) => fuzzer.settled())), ending]);
  }
  end();
  const { code, stderr } = await ended;
  const told = fuzzers.map(({ faults, twice, open }) => ({ faults, twice, unanswered: [...open.values()] }));
  expect({ seed: SEED, code, told }).toEqual({
    seed: SEED,
    code: 0,
    told: fuzzers.map(() => ({ faults: [], twice: [], unanswered: [] })),
  });
  expect(stderr).not.toMatch(/^ +at /m);
  expect(fuzzers.every(({ asked }) => asked > BATCH)).toBe(true);
  expect(await rig.lingering()).toEqual([]);
}

type Ended = Awaited<ReturnType<CommandRig["run"]>>;

const SETUP = { script: SCRIPT, settings: 'approval_policy = "untrusted"\nsandbox_mode = "workspace-write"' };
const DEADLINE_MS = SECONDS * 1_000 + 60_000;

test(
  `whatever is said over stdio, each request is answered once (seed ${SEED}, ${SECONDS} s)`,
  async () => {
    await using rig = await createRig(SETUP);
    await expectOneAnswerEach(rig, async () => {
      const { child, ended } = rig.start(["app-server"], { stdin: null });
      if (child.stdin === null || child.stdout === null) throw new Error("it has no streams");
      const { stdin, stdout } = child;
      return { wires: [{ input: stdin, output: stdout }], end: () => void stdin.end(), ended };
    });
  },
  DEADLINE_MS,
);

test(
  `the same by three clients at once at a socket (seed ${SEED}, ${SECONDS} s)`,
  async () => {
    await using rig = await createRig(SETUP);
    await expectOneAnswerEach(rig, async () => {
      const path = join(rig.workspace.base, "s");
      const server = rig.start(["app-server", "--listen", `unix://${path}`], { stdin: null });
      await server.says("url");
      const sockets = [createConnection(path), createConnection(path), createConnection(path)];
      for (const socket of sockets) socket.on("error", () => {});
      const end = (): void => void server.child.kill("SIGTERM");
      return { wires: sockets.map((socket) => ({ input: socket, output: socket })), end, ended: server.ended };
    });
  },
  DEADLINE_MS,
);
