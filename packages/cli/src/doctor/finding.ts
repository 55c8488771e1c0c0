/** What `heddle doctor` looks at, in the order in which it tells. */
export const CHECKS = [
  "node",
  "git",
  "ripgrep",
  "terminal",
  "home",
  "config",
  "rules",
  "credentials",
  "sandbox",
  "threads",
  "provider",
] as const;

export type CheckName = (typeof CHECKS)[number];

/** What was found about one thing. `mend` is a command or an advice that makes it well. */
export type Finding =
  | { readonly check: CheckName; readonly status: "ok"; readonly says: string; readonly mend: null }
  | { readonly check: CheckName; readonly status: "warning" | "failed"; readonly says: string; readonly mend: string };

export function ok(check: CheckName, says: string): Finding {
  return { check, status: "ok", says, mend: null };
}

/** Heddle works, with less. */
export function warning(check: CheckName, says: string, mend: string): Finding {
  return { check, status: "warning", says, mend };
}

/** Heddle does not work until it is mended. */
export function failed(check: CheckName, says: string, mend: string): Finding {
  return { check, status: "failed", says, mend };
}
