// A bare client of an app server: just enough protocol to measure one, and cheap enough not to be what is measured.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100; // of /proc/<pid>/stat on every Linux that Node runs on
// Most lines are told by their beginning and not parsed: the client must not be what a run waits for.
const NOTIFICATION = '{"method":';
const DELTA = `${NOTIFICATION}"item/agentMessage/delta"`;
const TURN_COMPLETED = `${NOTIFICATION}"turn/completed"`;

/** Starts an app server; `argv` is its whole command line. */
export function startAppServer(argv, { env, cwd }) {
  const child = spawn(argv[0], argv.slice(1), { env, cwd, stdio: ["pipe", "pipe", "pipe"] });
  return new AppServer(child);
}

class AppServer {
  #child;
  #pending = new Map();
  #turns = new Map();
  #nextId = 1;
  /** Of the line that has not ended. */
  #pieces = [];
  #stderr = "";
  #ended;
  /** Agent message deltas so far. */
  deltas = 0;

  constructor(child) {
    this.#child = child;
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text) => this.#take(text));
    child.stderr.on("data", (chunk) => {
      this.#stderr = (this.#stderr + chunk).slice(-2000);
    });
    child.stdin.on("error", () => {}); // the end of the process says more
    this.#ended = new Promise((resolve) => {
      const end = (reason) => {
        this.#fail(new Error(`the server ended (${reason})${this.#stderr && `: ${this.#stderr.trim()}`}`));
        resolve();
      };
      child.on("error", (error) => end(error.message));
      child.on("close", (code, signal) => end(signal ?? `exit code ${code}`));
    });
  }

  /** The whole handshake. */
  async initialize() {
    await this.request("initialize", { clientInfo: { name: "bench", title: "Benchmark", version: "1.0.0" } });
    this.#write({ method: "initialized" });
  }

  request(method, params) {
    const id = this.#nextId++;
    this.#write({ id, method, params });
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
  }

  async startThread(params = {}) {
    const { thread } = await this.request("thread/start", params);
    return thread.id;
  }

  /** Runs one turn; resolves when it has completed. */
  async runTurn(threadId, text) {
    const completed = new Promise((resolve, reject) => this.#turns.set(threadId, { resolve, reject }));
    completed.catch(() => {}); // told by the request below when that fails first
    await this.request("turn/start", { threadId, input: [{ type: "text", text }] });
    const turn = await completed;
    if (turn.status !== "completed") throw new Error(`a turn ended ${turn.status}: ${JSON.stringify(turn.error)}`);
  }

  /** CPU time in milliseconds: of the server itself, and of its children and all that they have waited for. */
  cpuMs() {
    const { own, waitedFor } = cpuTicks(this.#child.pid);
    const running = childrenOf(this.#child.pid).map(ticksIfThere);
    const children = running.reduce((sum, child) => sum + child.own + child.waitedFor, waitedFor);
    const toMs = (ticks) => (ticks / TICKS_PER_SECOND) * 1000;
    return { own: toMs(own), children: toMs(children) };
  }

  /** Resident memory in megabytes. */
  residentMb() {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) / 1024;
  }

  /** Ends the server by ending its input. */
  async close() {
    this.#child.stdin.end();
    const deadline = setTimeout(() => this.kill(), 5000);
    await this.#ended;
    clearTimeout(deadline);
  }

  /** Ends it at once. */
  kill() {
    this.#child.kill("SIGKILL");
  }

  #write(message) {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #take(text) {
    // A long line comes in many pieces, which are put together once.
    if (!text.includes("\n")) return void this.#pieces.push(text);
    const lines = [...this.#pieces, text].join("").split("\n");
    this.#pieces = [lines.pop()];
    for (const line of lines) {
      if (line.startsWith(DELTA)) this.deltas += 1;
      const isOther = line === "" || (line.startsWith(NOTIFICATION) && !line.startsWith(TURN_COMPLETED));
      if (!isOther) this.#receive(JSON.parse(line));
    }
  }

  #receive({ id, method, params, result, error }) {
    if (method === "turn/completed") {
      this.#turns.get(params.threadId)?.resolve(params.turn);
      this.#turns.delete(params.threadId);
    } else if (method === undefined) {
      const request = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) request?.resolve(result);
      else request?.reject(new Error(error.message));
    }
  }

  #fail(error) {
    for (const { reject } of [...this.#pending.values(), ...this.#turns.values()]) reject(error);
    this.#pending.clear();
    this.#turns.clear();
  }
}

function cpuTicks(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [user, system, childUser, childSystem] = fields.slice(11, 15);
  return { own: user + system, waitedFor: childUser + childSystem };
}

/** None of a process that has ended meanwhile: then its parent has waited for it, and has them at the next look. */
function ticksIfThere(pid) {
  try {
    return cpuTicks(pid);
  } catch {
    return { own: 0, waitedFor: 0 };
  }
}

/** Those that run, whichever thread has started them; the process that starts the commands is one. */
function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" "))
    .filter((child) => child.trim() !== "");
}
