// What stored threads cost: a home with many of them, and one that is very long.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { median, repeat, timed, withServer } from "./measures.mjs";

/** Listing and resuming, each by a fresh server: nothing is in its memory. */
export async function measureRollouts(target, { storedThreads, storedTurns, runs, dir }) {
  const home = join(dir, `${target.name}-rollouts`);
  await mkdir(home, { recursive: true });
  await writeFile(
    join(home, "config.toml"),
    'model_provider = "none"\n[model_providers.none]\nname = "none"\nbase_url = "http://127.0.0.1:9"\n',
  );
  for (let index = 0; index < storedThreads; index += 1) await storeThread(home, index, 1);
  const long = await storeThread(home, storedThreads, storedTurns);
  const stored = { ...target, env: { ...target.env, HEDDLE_HOME: home, CODEX_HOME: home } };
  const samples = await repeat(Math.min(runs, 7), () =>
    withServer(stored, async (server) => {
      await server.request("model/list", {}); // the engine is loaded
      const list = await timed(() => server.request("thread/list", { limit: 25, modelProviders: [] }));
      const before = server.residentMb();
      const resume = await timed(() => server.request("thread/resume", { threadId: long }));
      return { list, resume, memory: server.residentMb() - before };
    }),
  );
  const of = (name) => median(samples.map((sample) => sample[name]));
  return { listThreads: of("list"), resumeLong: of("resume"), resumeMemory: of("memory") };
}

const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

/** Writes a rollout as our own threads have it; a turn has a message, a command and an answer. @returns its id. */
async function storeThread(home, index, turns) {
  const at = new Date(START + index * 10 * MINUTE_MS);
  const id = `01a00000-0000-7000-8000-${String(index).padStart(12, "0")}`;
  const two = (value) => String(value).padStart(2, "0");
  const day = [String(at.getFullYear()), two(at.getMonth() + 1), two(at.getDate())];
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join("-");
  const timestamp = at.toISOString();
  const line = (type, payload) => JSON.stringify({ timestamp, type, payload });
  const meta = {
    id,
    timestamp,
    cwd: "/repo",
    originator: "bench",
    cli_version: "1.0.0",
    instructions: "Be brief. ".repeat(200),
  };
  const lines = [
    line("session_meta", { ...meta, source: "vscode", model_provider: "none" }),
    line("response_item", text("user", "<environment_context>\n  <cwd>/repo</cwd>\n</environment_context>")),
    ...Array.from({ length: turns }, (_, turn) => storedTurn(String(turn), line)).flat(),
  ];
  const folder = join(home, "sessions", ...day);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `rollout-${day.join("-")}T${time}-${id}.jsonl`), `${lines.join("\n")}\n`);
  return id;
}

const OUTPUT = "src/index.ts: export const answer = 42; // as good as any other line of output\n".repeat(20);

function storedTurn(turnId, line) {
  const event = (fields) => line("event", { v: 1, event: { turnId, ...fields } });
  const callId = `call_${turnId}`;
  const command = { type: "commandExecution", id: callId, command: "rg answer", cwd: "/repo", processId: null };
  const started = {
    ...command,
    status: "inProgress",
    commandActions: [],
    aggregatedOutput: null,
    exitCode: null,
    durationMs: null,
  };
  const message = {
    type: "userMessage",
    id: `user-${turnId}`,
    content: [{ type: "text", text: `question ${turnId}` }],
  };
  const counts = {
    totalTokens: 120,
    inputTokens: 100,
    cachedInputTokens: 0,
    outputTokens: 20,
    reasoningOutputTokens: 0,
  };
  const usage = { total: counts, last: counts, modelContextWindow: 258_400 };
  const spent = { tokens: 240, toolCalls: 1, wallSeconds: 2, usd: 0 };
  return [
    event({ type: "turnStarted" }),
    line("turn_context", {
      cwd: "/repo",
      approval_policy: "never",
      sandbox_policy: { type: "read-only" },
      model: "m",
      summary: "auto",
    }),
    event({ type: "itemCompleted", item: message }),
    line("response_item", text("user", `question ${turnId}`)),
    line("response_item", {
      type: "function_call",
      name: "shell",
      arguments: '{"command":["rg","answer"]}',
      call_id: callId,
    }),
    event({ type: "tokenUsageUpdated", usage }),
    event({ type: "itemStarted", item: started }),
    event({
      type: "itemCompleted",
      item: { ...started, status: "completed", aggregatedOutput: OUTPUT, exitCode: 0, durationMs: 9 },
    }),
    line("response_item", { type: "function_call_output", call_id: callId, output: OUTPUT }),
    event({ type: "stepEnded", followUp: true, spent }),
    event({
      type: "itemCompleted",
      item: { type: "agentMessage", id: `msg-${turnId}`, text: "It is 42. ".repeat(20) },
    }),
    line("response_item", text("assistant", "It is 42. ".repeat(20))),
    event({ type: "tokenUsageUpdated", usage }),
    event({ type: "stepEnded", followUp: false, spent }),
    event({ type: "turnCompleted", outcome: { status: "completed" } }),
  ];
}

function text(role, value) {
  return {
    type: "message",
    role,
    content: [{ type: role === "assistant" ? "output_text" : "input_text", text: value }],
  };
}
