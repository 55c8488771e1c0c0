// A client that believes nothing: it keeps what it hears of each turn and says where a law of ARCHITECTURE.md is broken.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** Starts a server and introduces the client. `report` hears of every broken law. */
export async function startServer(argv, { env, cwd, report }) {
  const child = spawn(argv[0], argv.slice(1), { env, cwd, stdio: ["pipe", "pipe", "pipe"] });
  const server = new Server(child, report);
  await server.request("initialize", { clientInfo: { name: "soak", title: "Soak", version: "1.0.0" } });
  return server;
}

class Server {
  #child;
  #report;
  #pending = new Map();
  #answered = new Set();
  #turns = new Map();
  #nextId = 1;
  #rest = "";
  #isOver = false;
  stderr = "";
  ended;

  constructor(child, report) {
    this.#child = child;
    this.#report = report;
    child.stdout.setEncoding("utf8").on("data", (text) => this.#take(text));
    child.stderr.setEncoding("utf8").on("data", (text) => (this.stderr = (this.stderr + text).slice(-4000)));
    child.stdin.on("error", () => {}); // it was killed
    this.ended = new Promise((resolve) => child.once("close", (code, signal) => resolve(signal ?? code)));
    void this.ended.then(() => {
      this.#isOver = true;
      for (const { reject } of this.#pending.values()) reject(new Error("the server has ended"));
      for (const turn of this.#turns.values()) turn.settle(null);
    });
  }

  request(method, params) {
    if (this.#isOver) return Promise.reject(new Error("the server has ended"));
    const id = this.#nextId++;
    this.#child.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
    const answer = new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    answer.catch(() => {}); // whoever waits hears it
    return answer;
  }

  /** What has been heard of a turn; `ended` gives its `turn/completed`, null when the server ends before. */
  turn(threadId, turnId) {
    const key = `${threadId}/${turnId}`;
    const known = this.#turns.get(key);
    if (known !== undefined) return known;
    let settle;
    const ended = new Promise((resolve) => (settle = resolve));
    const turn = { id: turnId, starts: 0, open: new Map(), items: [], end: null, ended, settle };
    this.#turns.set(key, turn);
    if (this.#isOver) settle(null);
    return turn;
  }

  forget(threadId, turnId) {
    this.#turns.delete(`${threadId}/${turnId}`);
  }

  residentMb() {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) / 1024;
  }

  async kill() {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  async close() {
    this.#child.stdin.end();
    const deadline = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
    const end = await this.ended;
    clearTimeout(deadline);
    if (end !== 0) this.#report(`the server ended with ${end}: ${this.stderr}`);
  }

  #take(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    for (const line of lines) if (line !== "") this.#hear(JSON.parse(line));
  }

  #hear({ id, method, params, result, error }) {
    if (method === undefined) {
      if (this.#answered.has(id)) this.#report(`request ${id} was answered twice`);
      this.#answered.add(id);
      const request = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) request?.resolve(result);
      else request?.reject(new Error(error.message));
      return;
    }
    if (params?.threadId === undefined) return;
    const turnId = params.turnId ?? params.turn?.id;
    if (turnId !== undefined) this.#hearTurn(method, params, this.turn(params.threadId, turnId));
  }

  #hearTurn(method, params, turn) {
    const where = `${params.threadId}/${turn.id}`;
    if (turn.end !== null) this.#report(`${method} of ${where} came after its end`);
    if (method === "turn/started") turn.starts += 1;
    else if (turn.starts !== 1)
      this.#report(`${method} of ${where} came with ${turn.starts} starts of the turn before it`);
    const key = params.item === undefined ? null : `${params.item.type}:${params.item.id}`;
    if (method === "item/started") {
      if (turn.open.has(key) || turn.items.some((item) => `${item.type}:${item.id}` === key))
        this.#report(`${key} of ${where} was started twice`);
      turn.open.set(key, params.item);
    } else if (method === "item/completed") {
      if (!turn.open.delete(key)) this.#report(`${key} of ${where} was completed and not open`);
      turn.items.push(params.item);
    } else if (method === "turn/completed") {
      if (turn.open.size > 0) this.#report(`${where} ended with ${[...turn.open.keys()].join(", ")} open`);
      turn.end = params.turn;
      turn.settle(params.turn);
    }
  }
}
