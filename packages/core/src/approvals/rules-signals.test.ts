import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const listeners = (): number[] => SIGNALS.map((signal) => process.listenerCount(signal));

// Apart from the other tests of rules, as what is imported once has done what it does to the process.
test("accepting an amendment leaves the signals of the process to the program that embeds us", async () => {
  const home = await mkdtemp(join(tmpdir(), "rules-signals-"));
  try {
    const before = listeners();
    const { createRuleBook } = await import("./rules.ts");
    const rules = createRuleBook({ home, enabled: true });
    await rules.allow(["git", "fetch"]);
    expect(rules.current().rules).toHaveLength(1);
    expect(listeners()).toEqual(before);
  } finally {
    await rm(home, { recursive: true });
  }
});
