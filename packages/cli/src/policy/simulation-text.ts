import { quoteCommand } from "@heddle/execpolicy";
import { visibleText } from "../exec/visible-text.ts";
import { EFFECTS, type Effect, type RulePlace, type RuleUse, type Simulation } from "./simulate.ts";

/** The report of `heddle policy simulate`: a simulation, and what it was made of. */
export interface SimulationReport extends Simulation {
  readonly threads: number;
  /** Files that are no rollouts, or cannot be read. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

const EFFECT_NAMES: Record<Effect, string> = {
  noLongerAsks: "no longer asks",
  nowAsks: "now asks",
  nowRefused: "now refused",
  noLongerRefused: "no longer refused",
  same: "as before",
  notRecorded: "not known whether it asked",
};

/** The report for people, a line at a time. Words of commands cannot steer the terminal. */
export function describeSimulation(report: SimulationReport): string[] {
  const { threads, commands, withoutSettings, decided, effects, skipped } = report;
  const lines = [
    `${counted(threads, "thread")}, ${counted(commands, "command")}: ${decided.run} run, ${decided.ask} ask, ${decided.refused} refused`,
    ...EFFECTS.map((effect) => row(effects[effect], EFFECT_NAMES[effect])),
    ...(withoutSettings === 0 ? [] : [row(withoutSettings, "left out: their settings are not recorded")]),
    ...describeChanges(report),
    ...describeRules(report.rules),
    ...skipped.map(({ path, reason }) => `skipped ${path}: ${reason}`),
  ];
  // A command of several lines stays on one.
  return lines.map((line) => visibleText(line.replaceAll("\n", "\\n")));
}

function describeChanges({ changes }: Simulation): string[] {
  return EFFECTS.flatMap((effect) => {
    const ours = changes.filter((change) => change.effect === effect);
    if (ours.length === 0) return [];
    const rows = ours.map(({ count, command, rule }) => {
      return row(count, `${shorten(command)}${rule === null ? "" : `  (${place(rule)})`}`);
    });
    return ["", `${EFFECT_NAMES[effect]}:`, ...rows];
  });
}

function describeRules(rules: readonly RuleUse[]): string[] {
  const unused = rules.filter(({ matches, shadowedBy }) => matches === 0 && shadowedBy === null);
  const shadowed = rules.flatMap((rule) =>
    rule.shadowedBy === null ? [] : `  ${name(rule)} by ${place(rule.shadowedBy)}`,
  );
  return [
    ...section(
      "rules that match nothing here:",
      unused.map((rule) => `  ${name(rule)}`),
    ),
    ...section("rules that never have a say, because another matches more and is as strict:", shadowed),
  ];
}

function section(title: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : ["", title, ...rows];
}

function name(rule: RuleUse): string {
  const words = rule.pattern.map((token) =>
    typeof token === "string" ? quoteCommand([token]) : `(${token.join("|")})`,
  );
  return `${place(rule)} ${rule.decision} ${words.join(" ")}`;
}

function place({ file, line }: RulePlace): string {
  return `${file}:${line}`;
}

function row(count: number, text: string): string {
  return `${String(count).padStart(6)}  ${text}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** A script of a page says no more than its beginning. */
function shorten(command: string): string {
  return command.length <= 120 ? command : `${command.slice(0, 117)}...`;
}
