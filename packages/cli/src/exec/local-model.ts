import { LOCAL_MODELS } from "@heddle/models";
import type { ExecOptions } from "./options.ts";

/** A model that runs on this machine, as `--oss` asks for one. */
export interface LocalModel {
  readonly provider: "lmstudio" | "ollama";
  /** What it runs unless another model is named. */
  readonly model: string;
}

/**
 * The model of `--oss`; null without it. Source: models spec, section 4.
 * @param configured the provider that the configuration names.
 * @throws Error when neither the options nor the configuration name a provider.
 */
export function chooseLocalModel(
  choice: ExecOptions["localProvider"],
  configured: LocalModel["provider"] | null,
): LocalModel | null {
  if (choice === null) return null;
  const provider = choice === "configured" ? configured : choice;
  if (provider === null) {
    throw new Error(
      "No default OSS provider configured. Use --local-provider=provider or set oss_provider to either lmstudio or ollama in config.toml",
    );
  }
  return { provider, model: LOCAL_MODELS[provider] };
}
