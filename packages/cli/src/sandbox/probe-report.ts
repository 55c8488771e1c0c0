import type { RungReport, SandboxProbe } from "@heddle/sandbox";

/** What `heddle sandbox --probe --json` prints. */
export interface ProbeReport {
  /** What commands run in here; null when there is nothing. */
  readonly chosen: RungReport["rung"] | null;
  readonly level: "full" | "reduced" | "none";
  /** Null when there is nothing better to get. */
  readonly cause: string | null;
  readonly remedy: string | null;
  /** The best first. */
  readonly rungs: readonly RungReport[];
}

export function toProbeReport(probe: SandboxProbe, rungs: readonly RungReport[]): ProbeReport {
  switch (probe.rung) {
    case "bubblewrap":
    case "seatbelt":
      return { chosen: probe.rung, level: "full", cause: null, remedy: null, rungs };
    case "helper":
      return { chosen: "helper", level: "reduced", cause: probe.cause, remedy: probe.remedy, rungs };
    case "none":
      return { chosen: null, level: "none", cause: probe.cause, remedy: probe.remedy, rungs };
  }
}

const NAMES = {
  bubblewrap: "bubblewrap, a view of the file system of its own",
  helper: "Heddle's helper, by Landlock and a system call filter",
  seatbelt: "Seatbelt, the sandbox of macOS",
} as const;

/** The same for people, with a line feed at the end. */
export function describeRungs({ chosen, level, cause, remedy, rungs }: ProbeReport): string {
  const lines = rungs.flatMap((report) => [NAMES[report.rung], ...describeRung(report).map((line) => `  ${line}`)]);
  const verdict =
    chosen === null ? ["Commands that need a sandbox do not run here."] : [`Commands run in: ${chosen} (${level}).`];
  const wanted = chosen === null ? "To get one" : "For a better one";
  const better = remedy === null ? [] : [`Why: ${cause ?? "unknown"}.`, `${wanted}: ${remedy}.`];
  return [...lines, "", ...verdict, ...better, ""].join("\n");
}

function describeRung(report: RungReport): string[] {
  if (!report.usable) return [`not usable: ${report.cause}`, `to get it: ${report.remedy}`];
  if (report.unprotected.length === 0) return ["works: enforces the whole policy"];
  return ["works: enforces the policy but for this:", ...report.unprotected.map((gap) => `- ${gap}`)];
}
