import { expect } from "vitest";
import type { Ended } from "./built-command.ts";

/** The lines of `--json`: all of them have to parse. */
export function eventsOf({ stdout }: Ended): unknown[] {
  expect(stdout.endsWith("\n")).toBe(true);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}
