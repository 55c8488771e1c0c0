import type { ThreadEvent } from "@heddle/core";
import { expect, test } from "vitest";
import { startEngineRig } from "./support/engine-rig.ts";

test("a turn id that was given to input for a running turn begins before it ends, also when the thread closes", async () => {
  await using rig = await startEngineRig({ script: [] });
  const thread = await rig.engine.startThread(await rig.threadOptions());
  const seen: string[] = [];
  const onEvent = (event: ThreadEvent): void => {
    if (event.type === "turnStarted" || event.type === "turnCompleted") seen.push(`${event.type} ${event.turnId}`);
  };
  thread.subscribe({ onEvent, drained: () => Promise.resolve(), answers: true, elicits: false });
  thread.startTurn([], {});
  thread.startTurn([], {});
  await thread.close();
  // What was still to be said is said in this turn of the event loop, or never.
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(["turnStarted 0", "turnStarted 1", "turnCompleted 0", "turnCompleted 1"]);
});

test("whoever interrupts a turn while it stops is answered, too", async () => {
  await using rig = await startEngineRig({ script: [] });
  const thread = await rig.engine.startThread(await rig.threadOptions());
  thread.startTurn([], {});
  const interrupts = [thread.interrupt()];
  // The turn stops in the next turn of the event loop and ends in the one behind it; one more asks in between.
  await new Promise((resolve) => setImmediate(resolve));
  interrupts.push(thread.interrupt());
  expect(await Promise.all(interrupts)).toEqual([undefined, undefined]);
});
