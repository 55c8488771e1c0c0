import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ExecEvent, ExecItem, JsonObject } from "@heddle/protocol";

const CLIENTS = join(import.meta.dirname, "..", "..", "..", "..", "node_modules", ".clients");

/** A client of `exec` as its users install it; `npm run clients` fetches it. */
export interface FetchedClient<Surface> {
  /** False where nobody has fetched it: its tests are skipped. */
  readonly isThere: boolean;
  load(): Promise<Surface>;
}

/** As much of `@openai/codex-sdk` as the tests use. */
export interface CodexSdk {
  readonly Codex: new (options: {
    readonly codexPathOverride: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly baseUrl?: string;
    readonly apiKey?: string;
  }) => SdkCodex;
}

export interface SdkCodex {
  startThread(options?: SdkThreadOptions): SdkThread;
  resumeThread(id: string, options?: SdkThreadOptions): SdkThread;
}

export interface SdkThreadOptions {
  readonly model?: string;
  readonly sandboxMode?: "read-only" | "workspace-write" | "danger-full-access";
  readonly workingDirectory?: string;
  readonly skipGitRepoCheck?: boolean;
  readonly modelReasoningEffort?: string;
  readonly networkAccessEnabled?: boolean;
  readonly webSearchEnabled?: boolean;
  readonly approvalPolicy?: string;
  readonly additionalDirectories?: readonly string[];
}

type SdkInput =
  | string
  | readonly (
      | { readonly type: "text"; readonly text: string }
      | { readonly type: "local_image"; readonly path: string }
    )[];

interface SdkTurnOptions {
  readonly outputSchema?: JsonObject;
  readonly signal?: AbortSignal;
}

export interface SdkThread {
  readonly id: string | null;
  run(
    input: SdkInput,
    options?: SdkTurnOptions,
  ): Promise<{ readonly items: readonly ExecItem[]; readonly finalResponse: string; readonly usage: unknown }>;
  runStreamed(
    input: SdkInput,
    options?: SdkTurnOptions,
  ): Promise<{ readonly events: AsyncGenerator<ExecEvent, void, undefined> }>;
}

export function codexSdk(version: string): FetchedClient<CodexSdk> {
  return fetched(join(CLIENTS, `codex-sdk-${version}`, "dist", "index.js"));
}

/** As much of the `ai` package and of its provider for this command line as the tests use. */
export interface AiSdk {
  generateText(call: AiCall): Promise<{
    readonly text: string;
    readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
  }>;
  streamText(call: AiCall): {
    readonly fullStream: AsyncIterable<{ readonly type: string; readonly [member: string]: unknown }>;
    readonly text: Promise<string>;
  };
  generateObject(call: AiCall & { readonly schema: unknown }): Promise<{ readonly object: unknown }>;
  jsonSchema(schema: JsonObject): unknown;
}

interface AiCall {
  readonly model: unknown;
  readonly prompt: string;
  readonly abortSignal?: AbortSignal;
  readonly maxRetries?: number;
}

export interface AiProvider {
  codexCli(model: string, settings: Readonly<Record<string, unknown>>): unknown;
}

export const aiSdk: FetchedClient<AiSdk> = fetched(packageOfAiSdk("ai", "dist", "index.mjs"));
export const aiProvider: FetchedClient<AiProvider> = fetched(
  packageOfAiSdk("ai-sdk-provider-codex-cli", "dist", "index.js"),
);

function packageOfAiSdk(...path: readonly string[]): string {
  return join(CLIENTS, "ai-sdk", "node_modules", ...path);
}

function fetched<Surface>(entry: string): FetchedClient<Surface> {
  return {
    isThere: existsSync(entry),
    async load() {
      const loaded: unknown = await import(pathToFileURL(entry).href);
      return loaded as Surface;
    },
  };
}
