// The table of budgets, and what a run looks like next to it.

/** `better` says which side of the budget is good. Figures are those of a quiet machine with two cores. */
const ROWS = [
  { key: "version", name: "--version, wall", unit: "ms", budget: 30 },
  { key: "initialize", name: "app-server: start to initialize answered", unit: "ms", budget: 48 },
  { key: "firstTurn", name: "... to the first turn completed", unit: "ms", budget: 75 },
  { key: "turnWall", name: "a further turn without tools, wall", unit: "ms", budget: 4 },
  { key: "turnCpu", name: "... CPU of the server", unit: "ms", budget: 2.5 },
  { key: "commandWall", name: "a turn with one sandboxed command, wall", unit: "ms", budget: 20 },
  { key: "commandCpu", name: "... CPU of the server", unit: "ms", budget: 8 },
  { key: "commandChildrenCpu", name: "... CPU of its children", unit: "ms", budget: null },
  { key: "deltasPerSecond", name: "one answer in 50,000 deltas", unit: "deltas/s", budget: 93_000, better: "more" },
  { key: "deltasCpu", name: "... CPU of the server", unit: "s", budget: 0.6 },
  { key: "threadsWall", name: "100 threads at once, 3 turns, 1 command each", unit: "s", budget: 2 },
  { key: "threadsCpu", name: "... CPU of the server", unit: "s", budget: 2.5 },
  { key: "threadsChildrenCpu", name: "... CPU of its children", unit: "s", budget: null },
  { key: "residentMb", name: "resident memory after the first turn", unit: "MB", budget: 70 },
  { key: "idleThreadMb", name: "... per further idle thread", unit: "MB", budget: 0.2 },
  { key: "exec", name: "exec with one sandboxed command, wall", unit: "ms", budget: 130 },
  { key: "bubblewrapAdded", name: "sandbox: added per command over a plain spawn, bubblewrap", unit: "ms", budget: 7 },
  { key: "helperAdded", name: "... the helper alone", unit: "ms", budget: 1 },
  { key: "plainSpawn", name: "... a plain spawn", unit: "ms", budget: null },
  {
    key: "mcpWall",
    name: "mcp: 20 running servers with 50 tools each, added to a turn, wall",
    unit: "ms",
    budget: 100,
  },
  { key: "mcpCpu", name: "... CPU of the server", unit: "ms", budget: null },
  { key: "mcpCall", name: "... a call of one of the tools, with its further request", unit: "ms", budget: null },
  { key: "decision", name: "policy: one command against 1,000 rules", unit: "µs", budget: 50 },
  { key: "rulesLoad", name: "policy: loading 1,000 rules", unit: "ms", budget: 30 },
  { key: "longScript", name: "policy: a script of 40 KB", unit: "ms", budget: 5 },
  { key: "lineDiff", name: "patches: the diff of 50,000 lines, a tenth of them changed", unit: "ms", budget: 100 },
  { key: "searchFirst", name: "fuzzyFileSearch in 100,000 files, the first", unit: "ms", budget: 150 },
  { key: "searchWarm", name: "... a further one", unit: "ms", budget: 20 },
  { key: "undoWall", name: "undo: 100,000 files, a command that changes none, added wall", unit: "ms", budget: 50 },
  { key: "undoCpu", name: "... added CPU of the server", unit: "ms", budget: 50 },
  { key: "listThreads", name: "thread/list of 5,000 stored threads, first page, cold", unit: "ms", budget: 30 },
  { key: "resumeLong", name: "thread/resume of 1,000 turns, cold", unit: "ms", budget: 150 },
  { key: "resumeMemory", name: "... resident memory that it adds", unit: "MB", budget: null },
  { key: "loadStart", name: "200 clients at a socket connect and start 500 threads", unit: "s", budget: null },
  { key: "loadRate", name: "one answer heard by 20 clients, each", unit: "notif./s", budget: 10_000, better: "more" },
  { key: "loadGrowth", name: "... memory that the server gains by six more answers", unit: "MB", budget: 20 },
  { key: "undoFirst", name: "... once per process, before its first command", unit: "ms", budget: null },
];

/** The rows with their figures: `met` null where there is no budget, `peer` and `ratio` null without a peer. */
export function toRows(ours, peer) {
  return ROWS.filter(({ key }) => key in ours).map(({ key, name, unit, budget, better = "less" }) => {
    const value = ours[key];
    const other = peer?.[key] ?? null;
    return {
      key,
      name,
      unit,
      budget,
      value,
      met: budget === null ? null : better === "less" ? value <= budget : value >= budget,
      peer: other,
      ratio: other === null || other === 0 ? null : value / other,
    };
  });
}

/** The rows as a table for people. */
export function formatTable(rows) {
  const withPeer = rows.some((row) => row.peer !== null);
  const head = ["measure", "unit", "budget", "heddle", "met", ...(withPeer ? ["peer", "heddle/peer"] : [])];
  const body = rows.map(({ name, unit, budget, value, met, peer, ratio }) => [
    name,
    unit,
    budget === null ? "-" : number(budget),
    number(value),
    met === null ? "-" : met ? "yes" : "NO",
    ...(withPeer ? [peer === null ? "-" : number(peer), ratio === null ? "-" : ratio.toFixed(2)] : []),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((row) => row[column].length)));
  const line = (row) =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("  ");
  return [head, ...body].map((row) => line(row).trimEnd()).join("\n");
}

function number(value) {
  if (value >= 1000) return Math.round(value).toLocaleString("en-US");
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
