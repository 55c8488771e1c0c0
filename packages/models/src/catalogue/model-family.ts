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
  const contextWindow = overrides.contextWindow ?? row.contextWindow;
  return {
    ...row,
    slug,
    contextWindow,
    effectiveWindow: percentOf(contextWindow, EFFECTIVE_PERCENT),
    autoCompactLimit: overrides.autoCompactLimit ?? percentOf(contextWindow, AUTO_COMPACT_PERCENT),
    supportsReasoningSummaries: overrides.supportsReasoningSummaries ?? row.supportsReasoningSummaries,
    defaultEffort: overrides.defaultEffort ?? row.defaultEffort,
    shellTool: overrides.shellTool ?? row.shellTool,
    summaryFormat: overrides.summaryFormat ?? row.summaryFormat,
  };
}

function percentOf(value: number | null, percent: number): number | null {
  return value === null ? null : Math.floor((value * percent) / 100);
}
