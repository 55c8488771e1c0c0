// What MCP servers cost a turn once they run: many of them, with many tools each, which every request to the model names.
import { join } from "node:path";
import { median, repeat, timed, withServer } from "./measures.mjs";

const SERVERS = 20;
const TOOLS = 50;
const PLAIN = "bench plain";
const CALL = "bench mcp";
const program = join(import.meta.dirname, "..", "rig", "mcp-server.mjs");

/** Turns on a warm thread, with the servers and without: what they add to each; and what a turn with one call takes. */
export async function measureMcp(target, { mcpTurns }) {
  const names = Array.from({ length: SERVERS }, (_, at) => `s${String(at).padStart(2, "0")}`);
  const overrides = names.flatMap((name) => [
    "-c",
    `mcp_servers.${name}.command=${JSON.stringify(process.execPath)}`,
    "-c",
    `mcp_servers.${name}.args=${JSON.stringify([program, `${TOOLS}`])}`,
  ]);
  const withServers = { ...target, appServer: [...target.appServer, ...overrides] };
  const without = await measureTurns(target, mcpTurns);
  const plain = await measureTurns(withServers, mcpTurns, { andCall: true });
  return {
    mcpWall: plain.wall - without.wall,
    mcpCpu: plain.cpu - without.cpu,
    mcpCall: plain.call - plain.wall,
  };
}

function measureTurns(target, count, { andCall = false } = {}) {
  return withServer(target, async (server) => {
    const thread = await server.startThread();
    await repeat(5, () => server.runTurn(thread, PLAIN)); // the first one waits for the servers
    const before = server.cpuMs();
    const times = await repeat(count, () => timed(() => server.runTurn(thread, PLAIN)));
    const cpu = (server.cpuMs().own - before.own) / count;
    const calls = andCall ? await repeat(count, () => timed(() => server.runTurn(thread, CALL))) : [0];
    return { wall: median(times), cpu, call: median(calls) };
  });
}
