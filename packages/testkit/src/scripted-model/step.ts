/** One thing that the scripted model does in a reply. Made by the functions of `step`. */
export type Step =
  | { readonly type: "text"; readonly chunks: readonly string[]; readonly everyMs: number }
  | {
      readonly type: "reasoning";
      readonly summary: readonly string[];
      readonly raw: string;
      readonly encrypted: string | null;
    }
  | { readonly type: "functionCall"; readonly callId: string; readonly name: string; readonly arguments: string }
  | { readonly type: "customCall"; readonly callId: string; readonly name: string; readonly input: string }
  | { readonly type: "usage"; readonly usage: Usage }
  | { readonly type: "headers"; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly type: "http";
      readonly status: number;
      readonly body: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly type: "raw"; readonly event: object }
  | { readonly type: "bytes"; readonly bytes: string | Uint8Array }
  | { readonly type: "delay"; readonly ms: number }
  | { readonly type: "gate"; readonly opens: Promise<unknown> }
  | { readonly type: "drop" }
  | { readonly type: "end" };

/** Tokens that the reply claims to have used. */
export interface Usage {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

/** One window of rate limits, for the headers of a reply. */
export interface LimitWindow {
  readonly usedPercent: number;
  readonly windowMinutes: number;
  /** Unix seconds. */
  readonly resetAt: number;
}

/** Builders of steps: a script reads `[step.text("On it."), step.shellCommand("call_1", "ls")]`. */
export const step = {
  /** A message. A list gives one delta per element; `chunks` cuts a text into so many. */
  text(text: string | readonly string[], options: { readonly chunks?: number; readonly everyMs?: number } = {}): Step {
    const { chunks = 1, everyMs = 0 } = options;
    return { type: "text", chunks: typeof text === "string" ? cut(text, chunks) : text, everyMs };
  },
  /** A message of `count` deltas, each of them `chunk`. */
  repeatedText: (chunk: string, count: number): Step => ({
    type: "text",
    chunks: Array.from({ length: count }, () => chunk),
    everyMs: 0,
  }),
  /** Reasoning: the parts of its summary, and perhaps its raw text and what the provider wants back. */
  reasoning(
    summary: string | readonly string[],
    { raw = "", encrypted = null }: { readonly raw?: string; readonly encrypted?: string | null } = {},
  ): Step {
    return { type: "reasoning", summary: typeof summary === "string" ? [summary] : summary, raw, encrypted };
  },
  /** Arguments that are a string go out as they are, well-formed or not. */
  functionCall: (callId: string, name: string, args: object | string): Step => ({
    type: "functionCall",
    callId,
    name,
    arguments: typeof args === "string" ? args : JSON.stringify(args),
  }),
  /** The `shell_command` tool. */
  shellCommand: (callId: string, command: string, more: object = {}): Step =>
    step.functionCall(callId, "shell_command", { command, ...more }),
  /** The `shell` tool. */
  shell: (callId: string, argv: readonly string[], more: object = {}): Step =>
    step.functionCall(callId, "shell", { command: argv, ...more }),
  /** The `update_plan` tool. */
  updatePlan: (callId: string, plan: readonly { readonly step: string; readonly status: string }[]): Step =>
    step.functionCall(callId, "update_plan", { plan }),
  /** A call of a free-form tool. */
  customCall: (callId: string, name: string, input: string): Step => ({ type: "customCall", callId, name, input }),
  /** The free-form `apply_patch` tool. */
  customPatch: (callId: string, patch: string): Step => step.customCall(callId, "apply_patch", patch),
  /** Without it a reply claims 100 input and 20 output tokens. */
  usage: (usage: Partial<Usage>): Step => ({ type: "usage", usage: { ...DEFAULT_USAGE, ...usage } }),
  /** Headers of the reply, wherever in the list it stands. */
  headers: (headers: Readonly<Record<string, string>>): Step => ({ type: "headers", headers }),
  rateLimits: (limits: { readonly primary?: LimitWindow; readonly secondary?: LimitWindow }): Step =>
    step.headers({ ...limitHeaders("primary", limits.primary), ...limitHeaders("secondary", limits.secondary) }),
  /** An answer that is no stream; it is the whole reply. */
  http: (status: number, body: object | string = "", headers: Readonly<Record<string, string>> = {}): Step => ({
    type: "http",
    status,
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers,
  }),
  /** One event of the stream, as it is. */
  raw: (event: object): Step => ({ type: "raw", event }),
  /** Bytes of the stream, as they are and in one write; a reply with such a step has nothing but its steps in it. */
  bytes: (bytes: string | Uint8Array): Step => ({ type: "bytes", bytes }),
  delay: (ms: number): Step => ({ type: "delay", ms }),
  /** Goes on when the promise resolves: for tests that want to look at a moment without guessing its length. */
  gate: (opens: Promise<unknown>): Step => ({ type: "gate", opens }),
  /** Breaks the connection. */
  drop: (): Step => ({ type: "drop" }),
  /** Ends the stream in good order, without `response.completed`. */
  end: (): Step => ({ type: "end" }),
};

export const DEFAULT_USAGE: Usage = { input: 100, cached: 0, output: 20, reasoning: 0 };

function cut(text: string, pieces: number): readonly string[] {
  const size = Math.max(1, Math.ceil(text.length / pieces));
  const count = Math.max(1, Math.ceil(text.length / size));
  return Array.from({ length: count }, (_, index) => text.slice(index * size, (index + 1) * size));
}

function limitHeaders(name: string, window: LimitWindow | undefined): Record<string, string> {
  if (window === undefined) return {};
  return {
    [`x-codex-${name}-used-percent`]: String(window.usedPercent),
    [`x-codex-${name}-window-minutes`]: String(window.windowMinutes),
    [`x-codex-${name}-reset-at`]: String(window.resetAt),
  };
}
