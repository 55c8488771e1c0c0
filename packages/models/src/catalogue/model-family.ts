import { findRow, UNKNOWN_MODEL } from "./family-table.ts";
import type { FamilyOverrides, ModelFamily } from "./family.ts";

const EFFECTIVE_PERCENT = 95;
const AUTO_COMPACT_PERCENT = 90;

/**
 * The family of a model, by the beginning of its slug. A slug that routers put a vendor in front of
 * (`anthropic/claude-...`) is looked up without the vendor as well.
 * Source: models spec, section 8.1.
 */
export function modelFamily(slug: string, overrides: FamilyOverrides = {}): ModelFamily {
  const row = findRow(slug) ?? findRow(slug.slice(slug.lastIndexOf("/") + 1)) ?? { ...UNKNOWN_MODEL, family: slug };
  const { contextWindow = row.contextWindow } = overrides;
  return {
    ...row,
    autoCompactLimit: percentOf(contextWindow, AUTO_COMPACT_PERCENT),
    ...overrides,
    slug,
    contextWindow,
    effectiveWindow: percentOf(contextWindow, EFFECTIVE_PERCENT),
  };
}

/**
 * What of a table by prefix is said of a model: of the prefixes that fit, the longest counts. As in the families' own
 * table, a vendor in front of the slug may be left out.
 */
export function overridesOf(byPrefix: Readonly<Record<string, FamilyOverrides>>, slug: string): FamilyOverrides {
  const plain = slug.slice(slug.lastIndexOf("/") + 1);
  const fitting = Object.keys(byPrefix).filter((prefix) => slug.startsWith(prefix) || plain.startsWith(prefix));
  const longest = fitting.reduce((best, prefix) => (prefix.length > best.length ? prefix : best), "");
  return byPrefix[longest] ?? {};
}

function percentOf(value: number | null, percent: number): number | null {
  return value === null ? null : Math.floor((value * percent) / 100);
}
