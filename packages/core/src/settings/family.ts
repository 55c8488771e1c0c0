import type { ResolvedConfig } from "@heddle/config";
import {
  modelFamily,
  overridesOf,
  toOverrides,
  type FamilyOverrides,
  type ListedModel,
  type ModelFamily,
} from "@heddle/models";

/**
 * What a model is like: the program's own table, then what its provider lists, then what is configured for its family,
 * then what is configured for whichever model is in use.
 */
export function familyOf(model: string, config: ResolvedConfig, listed: ListedModel | null): ModelFamily {
  const { modelContextWindow, modelAutoCompactTokenLimit, modelSupportsReasoningSummaries } = config;
  const { modelReasoningSummaryFormat } = config;
  const overrides: FamilyOverrides = {
    ...(listed === null ? {} : toOverrides(listed)),
    ...overridesOf(config.modelFamilies, model),
    ...(modelContextWindow === null ? {} : { contextWindow: modelContextWindow }),
    ...(modelAutoCompactTokenLimit === null ? {} : { autoCompactLimit: modelAutoCompactTokenLimit }),
    ...(modelSupportsReasoningSummaries === null
      ? {}
      : { supportsReasoningSummaries: modelSupportsReasoningSummaries }),
    ...(modelReasoningSummaryFormat === null ? {} : { summaryFormat: modelReasoningSummaryFormat }),
  };
  return modelFamily(model, overrides);
}
