// What the difference of two large texts costs: the package itself, in this process.
import { performance } from "node:perf_hooks";
import { loadPackage } from "./package.mjs";

const LINES = 50_000;

/** A file of lines like those of programs, and itself with a tenth of them changed, added or removed. A peer: null. */
export async function measureDiff(target, { runs, dir }) {
  if (target.name !== "heddle") return {};
  const { unifiedDiff } = await loadPackage("apply-patch", dir);
  const { before, after } = changedLines(LINES);
  unifiedDiff(before.slice(0, 200_000), after.slice(0, 200_000)); // warm
  const times = Array.from({ length: runs }, () => {
    const startedAt = performance.now();
    unifiedDiff(before, after);
    return performance.now() - startedAt;
  });
  return { lineDiff: times.toSorted((a, b) => a - b)[times.length >> 1] };
}

function changedLines(count) {
  let state = 1;
  const random = (limit) => {
    state = Math.imul(state ^ (state >>> 15), state | 1) ^ (state + 0x6d2b79f5);
    return (state >>> 0) % limit;
  };
  const line = () =>
    ["", "  }", `  return ${random(1000)};`, `    call(${random(1e6)}, ${random(1e6)});`][random(4)] ?? "";
  const before = Array.from({ length: count }, line);
  const after = before.flatMap((old) => [[], [old, line()], [line()]][random(30)] ?? [old]);
  return { before: `${before.join("\n")}\n`, after: `${after.join("\n")}\n` };
}
