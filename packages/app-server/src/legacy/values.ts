import type {
  CodexErrorInfo,
  CommandAction,
  EventMsg,
  FileUpdateChange,
  LegacyCodexErrorInfo,
  LegacyFileChange,
  LegacyRateLimitSnapshot,
  LegacySessionSource,
  LegacyTokenUsage,
  ParsedCommand,
  RateLimitSnapshot,
  SessionSource,
  TokenUsageBreakdown,
  TurnError,
} from "@heddle/protocol";

/** The error that ended a turn. */
export function toErrorEvent({ message, codexErrorInfo }: TurnError): EventMsg {
  const info = codexErrorInfo === null ? null : toLegacyErrorInfo(codexErrorInfo);
  return { type: "error", message, codex_error_info: info };
}

/** The kind of a failure in the first API's words. */
export function toLegacyErrorInfo(info: CodexErrorInfo): LegacyCodexErrorInfo {
  if (typeof info !== "string") {
    if ("httpConnectionFailed" in info) return { http_connection_failed: status(info.httpConnectionFailed) };
    if ("responseStreamConnectionFailed" in info) {
      return { response_stream_connection_failed: status(info.responseStreamConnectionFailed) };
    }
    if ("responseStreamDisconnected" in info) {
      return { response_stream_disconnected: status(info.responseStreamDisconnected) };
    }
    return { response_too_many_failed_attempts: status(info.responseTooManyFailedAttempts) };
  }
  switch (info) {
    case "contextWindowExceeded":
      return "context_window_exceeded";
    case "usageLimitExceeded":
      return "usage_limit_exceeded";
    case "internalServerError":
      return "internal_server_error";
    case "badRequest":
      return "bad_request";
    case "sandboxError":
      return "sandbox_error";
    case "unauthorized":
    case "other":
      return info;
  }
}

function status({ httpStatusCode }: { readonly httpStatusCode: number | null }): { http_status_code: number | null } {
  return { http_status_code: httpStatusCode };
}

export function toLegacyUsage(usage: TokenUsageBreakdown): LegacyTokenUsage {
  return {
    input_tokens: usage.inputTokens,
    cached_input_tokens: usage.cachedInputTokens,
    output_tokens: usage.outputTokens,
    reasoning_output_tokens: usage.reasoningOutputTokens,
    total_tokens: usage.totalTokens,
  };
}

export function toLegacyRateLimits({
  primary,
  secondary,
  credits,
  planType,
}: RateLimitSnapshot): LegacyRateLimitSnapshot {
  const window = (limits: RateLimitSnapshot["primary"]): LegacyRateLimitSnapshot["primary"] =>
    limits === null
      ? null
      : { used_percent: limits.usedPercent, window_minutes: limits.windowDurationMins, resets_at: limits.resetsAt };
  return {
    primary: window(primary),
    secondary: window(secondary),
    credits:
      credits === null
        ? null
        : { has_credits: credits.hasCredits, unlimited: credits.unlimited, balance: credits.balance },
    plan_type: planType,
  };
}

export function toParsedCommand(action: CommandAction): ParsedCommand {
  const { command: cmd } = action;
  switch (action.type) {
    case "read":
      return { type: "read", cmd, name: action.name, path: action.path };
    case "listFiles":
      return { type: "list_files", cmd, path: action.path };
    case "search":
      return { type: "search", cmd, query: action.query, path: action.path };
    case "unknown":
      return { type: "unknown", cmd };
  }
}

/** The files of a patch by path. */
export function toLegacyChanges(changes: readonly FileUpdateChange[]): Record<string, LegacyFileChange> {
  return Object.fromEntries(changes.map((change) => [change.path, toLegacyChange(change)]));
}

function toLegacyChange({ kind, diff }: FileUpdateChange): LegacyFileChange {
  switch (kind.type) {
    case "add":
    case "delete":
      return { type: kind.type, content: diff };
    case "update": {
      const { move_path } = kind;
      // The later form says in the diff, too, where a file went.
      const moved = move_path === null ? "" : `\n\nMoved to: ${move_path}`;
      return { type: "update", unified_diff: diff.slice(0, diff.length - moved.length), move_path };
    }
  }
}

export function toLegacySource(source: SessionSource): LegacySessionSource {
  return source === "appServer" ? "mcp" : source;
}
