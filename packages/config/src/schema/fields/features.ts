import { FEATURES, LEGACY_FEATURE_NAMES } from "../../features.ts";
import { flag, table, type FlagField } from "../field.ts";

const current = Object.entries(FEATURES).map(([name, feature]): [string, FlagField] => [
  name,
  flag({ doc: feature.doc, default: String(feature.default) }),
]);
const legacy = Object.entries(LEGACY_FEATURE_NAMES).map(([name, feature]): [string, FlagField] => [
  name,
  flag({ doc: `Old name of \`${feature}\`.` }),
]);
const fields: Readonly<Record<string, FlagField>> = Object.fromEntries([...current, ...legacy]);

/** `[features]`. Source: configuration spec, section 4. */
export const featuresField = table(fields, { doc: "Feature switches." });
