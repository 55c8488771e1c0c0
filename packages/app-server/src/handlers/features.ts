import { FEATURES, type FeatureStage } from "@heddle/config";
import type { ExperimentalFeature } from "@heddle/protocol";
import { toRpcError } from "../errors.ts";
import type { Handler } from "./handler.ts";
import { offsetPage } from "./offset-page.ts";

/** `experimentalFeature/list`: every switch, with the state that new threads would have. */
export const listFeatures: Handler<"experimentalFeature/list"> = async ({ cursor, limit }, { session }) => {
  try {
    const { features } = await session.host.loadConfig({});
    const all = Object.entries(FEATURES).map(([name, feature]): ExperimentalFeature => ({
      name,
      stage: stageOf(feature.stage),
      enabled: isOn(features, name),
      defaultEnabled: feature.default,
      // People are invited to try what is in beta.
      displayName: feature.stage === "beta" ? name.replaceAll("_", " ") : null,
      description: feature.stage === "beta" ? feature.doc : null,
      announcement: null,
    }));
    return offsetPage(all, { cursor, limit, what: "features" });
  } catch (error) {
    throw toRpcError(error, "listing features");
  }
};

function isOn(features: Readonly<Record<string, boolean>>, name: string): boolean {
  return features[name] === true;
}

function stageOf(stage: FeatureStage): ExperimentalFeature["stage"] {
  return stage === "experimental" ? "underDevelopment" : stage;
}
