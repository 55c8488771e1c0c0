import { ModelError, reachProvider, type ProviderConfig } from "@heddle/models";
import type { SandboxProbe } from "@heddle/sandbox";
import { failed, ok, warning, type Finding } from "./finding.ts";

/** What commands are confined by on this machine. */
export function checkSandbox(probe: SandboxProbe): Finding {
  switch (probe.rung) {
    case "bubblewrap":
      return ok("sandbox", "bubblewrap: the whole policy is enforced");
    case "seatbelt":
      return ok("sandbox", "Seatbelt: the whole policy is enforced, by a profile that was not tried on many systems");
    case "helper":
      return warning("sandbox", `reduced: ${probe.cause}`, probe.remedy);
    case "none":
      return failed("sandbox", `none: ${probe.cause}`, probe.remedy);
  }
}

const REACH_LIMIT_MS = 5_000;

/** Whether the provider in use answers at all. */
export async function checkProvider(
  provider: ProviderConfig | null,
  { id, env }: { readonly id: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<Finding> {
  if (provider === null) {
    return failed("provider", `model provider \`${id}\` is not configured`, "heddle config set model_provider openai");
  }
  if (provider.envKey !== null && !env[provider.envKey]?.trim()) {
    return failed("provider", `${provider.envKey} is not set, the key of ${id}`, `export ${provider.envKey}=...`);
  }
  try {
    const signal = new AbortController().signal;
    const reach = await reachProvider(provider, { env, timeoutMs: REACH_LIMIT_MS, signal });
    if (reach.type === "reached") return ok("provider", `${id} answers at ${reach.url} (${reach.tookMs} ms)`);
    return failed("provider", `${reach.url}: ${reach.reason}`, adviceFor(provider));
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return failed("provider", error.message, `heddle config where model_providers.${id}.base_url`);
  }
}

function adviceFor({ id, baseUrl }: ProviderConfig): string {
  if (id === "ollama") return "ollama serve";
  if (id === "lmstudio") return "lms server start";
  return baseUrl === null
    ? "check the network, and HTTPS_PROXY if there is a proxy"
    : `check the network, HTTPS_PROXY, and: heddle config where model_providers.${id}.base_url`;
}
