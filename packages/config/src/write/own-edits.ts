import type { ConfigEdit } from "../edit/edit-config.ts";
import type { FeatureKey } from "../features.ts";
import type { ReasoningEffort, TrustLevel } from "../resolve/resolved-config.ts";

/** The edits that note whether a project is trusted, under a header of its own. @param path absolute. */
export function projectTrustEdits(path: string, trustLevel: TrustLevel): readonly ConfigEdit[] {
  return [
    { type: "expand", path: ["projects"] },
    { type: "set", path: ["projects", path, "trust_level"], value: trustLevel },
  ];
}

/** The edits that choose the model from now on, in a profile when one is in use; null goes back to the default. */
export function defaultModelEdits(choice: {
  readonly profile: string | null;
  readonly model: string | null;
  readonly reasoningEffort: ReasoningEffort | null;
}): readonly ConfigEdit[] {
  const { profile, model, reasoningEffort } = choice;
  const base = profile === null ? [] : ["profiles", profile];
  return [setOrRemove([...base, "model"], model), setOrRemove([...base, "model_reasoning_effort"], reasoningEffort)];
}

/** The edits that turn a feature on or off. */
export function featureEdits(feature: FeatureKey, on: boolean): readonly ConfigEdit[] {
  return [{ type: "set", path: ["features", feature], value: on }];
}

function setOrRemove(path: readonly string[], value: string | null): ConfigEdit {
  return value === null ? { type: "remove", path } : { type: "set", path, value };
}
