import type { ThreadEvent } from "@heddle/core";
import { step, type Reply } from "@heddle/testkit";
import { expect, test } from "vitest";
import { runTurn, startEngineRig } from "./support/engine-rig.ts";

const primary = { usedPercent: 12.5, windowMinutes: 300, resetAt: 1_795_340_000 };
const secondary = { usedPercent: 40, windowMinutes: 10_080, resetAt: 1_795_840_000 };
const CREDITS = step.headers({
  "x-codex-credits-has-credits": "True",
  "x-codex-credits-unlimited": "0",
  "x-codex-credits-balance": " 17.5 ",
});
const WIRE_PRIMARY = { usedPercent: 13, windowDurationMins: 300, resetsAt: 1_795_340_000 };
const WIRE_SECONDARY = { usedPercent: 40, windowDurationMins: 10_080, resetsAt: 1_795_840_000 };
const WIRE_CREDITS = { hasCredits: true, unlimited: false, balance: "17.5" };

function updates(events: readonly ThreadEvent[]): unknown[] {
  return events.flatMap((event) => (event.type === "rateLimitsUpdated" ? [event.rateLimits] : []));
}

/** What clients hear about limits in turns that are answered so, each on a thread of its own. */
async function heard(
  script: readonly Reply[],
  before: Parameters<Awaited<ReturnType<typeof startEngineRig>>["engine"]["rateLimits"]["replace"]>[1] | null = null,
): Promise<unknown[]> {
  await using rig = await startEngineRig({ script });
  if (before !== null) rig.engine.rateLimits.replace("scripted", before);
  const all: unknown[] = [];
  for (const _ of script) {
    const thread = await rig.engine.startThread(await rig.threadOptions());
    all.push(...updates(await runTurn(thread, "go")));
  }
  return all;
}

test("limits of an account are told whole: a reply erases nothing that it does not name", async () => {
  expect(
    await heard([
      [step.rateLimits({ primary, secondary }), CREDITS, step.text("a")],
      [step.text("a reply without limits")],
      [step.rateLimits({ primary: { ...primary, usedPercent: 20 } }), step.text("b")],
      [step.headers({ "x-codex-credits-has-credits": "1", "x-codex-credits-unlimited": "TRUE" }), step.text("c")],
    ]),
  ).toEqual([
    { primary: WIRE_PRIMARY, secondary: WIRE_SECONDARY, credits: WIRE_CREDITS, planType: null },
    {
      primary: { ...WIRE_PRIMARY, usedPercent: 20 },
      secondary: WIRE_SECONDARY,
      credits: WIRE_CREDITS,
      planType: null,
    },
    {
      primary: { ...WIRE_PRIMARY, usedPercent: 20 },
      secondary: WIRE_SECONDARY,
      credits: { hasCredits: true, unlimited: true, balance: null },
      planType: null,
    },
  ]);
});

test("what the service of the account told stays, and headers go on from it", async () => {
  const told = { primary: null, secondary: WIRE_SECONDARY, credits: WIRE_CREDITS, planType: "pro" } as const;
  expect(await heard([[step.rateLimits({ primary }), step.text("a")]], told)).toEqual([
    { ...told, primary: WIRE_PRIMARY },
  ]);
});

test("limits that come as an event of the stream count as well, and name the plan", async () => {
  const event = {
    type: "codex.rate_limits",
    plan_type: "education",
    rate_limits: { primary: { used_percent: 7.4, window_minutes: 300, reset_at: 5 }, secondary: null },
    credits: null,
  };
  expect(await heard([[step.rateLimits({ secondary }), step.raw(event), step.text("a")]])).toEqual([
    { primary: null, secondary: WIRE_SECONDARY, credits: null, planType: null },
    {
      primary: { usedPercent: 7, windowDurationMins: 300, resetsAt: 5 },
      secondary: WIRE_SECONDARY,
      credits: null,
      planType: "edu",
    },
  ]);
});

test("the limits of a refusal are told before the error", async () => {
  await using rig = await startEngineRig({
    script: [
      [
        step.http(
          429,
          { error: { type: "usage_limit_reached" } },
          { "x-codex-primary-used-percent": "100", "x-codex-primary-window-minutes": "300" },
        ),
      ],
    ],
  });
  const thread = await rig.engine.startThread(await rig.threadOptions());
  const events = await runTurn(thread, "go");
  expect(
    events.map(({ type }) => type).filter((type) => type === "rateLimitsUpdated" || type === "turnFailed"),
  ).toEqual(["rateLimitsUpdated", "turnFailed"]);
});
