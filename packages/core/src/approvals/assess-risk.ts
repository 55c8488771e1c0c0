import { quoteCommand } from "@heddle/execpolicy";
import { hasNetwork } from "@heddle/sandbox";
import type { ModelRequest } from "@heddle/models";
import type { JsonValue } from "@heddle/protocol";
import { ASSESSMENT_INSTRUCTIONS } from "../context/instructions/assessment.ts";
import { isRecord } from "../is-record.ts";
import type { CommandPlan } from "../tools/command-plan.ts";
import type { TurnScope } from "../turn/scope.ts";
import { textOf } from "../turn/stream-items.ts";

/** What a model thinks of a command: shown to the person who decides, and nothing else follows from it. */
export interface CommandRisk {
  readonly description: string;
  readonly level: "low" | "medium" | "high";
}

/** What the assessment needs of a turn. */
type Asker = Pick<TurnScope, "client" | "settings" | "family" | "threadId" | "signal" | "spending">;

/** Source: engine spec, section 24. */
const LIMIT_MS = 15_000;
const MAX_DESCRIPTION = 500;
const MAX_FAILURE_CHARS = 4_000;

const SCHEMA: JsonValue = {
  type: "object",
  properties: {
    description: { type: "string", minLength: 1, maxLength: MAX_DESCRIPTION },
    risk_level: { type: "string", enum: ["low", "medium", "high"] },
  },
  required: ["description", "risk_level"],
  additionalProperties: false,
};

/**
 * Asks the turn's model, without tools and apart from the thread, what a command would do. Null when it does not say so
 * within 15 seconds, for whatever reason, a limit that is used up included: the person is asked in any case.
 * @param failure what the command said when the sandbox kept it from its work; null before its first run.
 */
export async function assessRisk(plan: CommandPlan, failure: string | null, asker: Asker): Promise<CommandRisk | null> {
  if (asker.spending.isUsedUp()) return null;
  const signal = AbortSignal.any([asker.signal, AbortSignal.timeout(LIMIT_MS)]);
  let text = "";
  try {
    for await (const event of asker.client.stream(toRequest(plan, failure, asker), { signal })) {
      if (event.type === "itemDone" && event.item.type === "message" && event.item.role === "assistant") {
        text = textOf(event.item);
      }
      if (event.type === "completed" && event.usage !== null) asker.spending.addUsage(event.usage);
    }
    return decodeRisk(JSON.parse(text));
  } catch {
    return null;
  }
}

function toRequest(plan: CommandPlan, failure: string | null, asker: Asker): ModelRequest {
  const { settings, family, threadId } = asker;
  const text = JSON.stringify(factsOf(plan, failure, asker), null, 2);
  return {
    prompt: {
      instructions: ASSESSMENT_INSTRUCTIONS,
      input: [{ type: "message", role: "user", content: [{ type: "input_text", text }] }],
      tools: [],
      parallelToolCalls: false,
      outputSchema: SCHEMA,
    },
    model: settings.model,
    family,
    effort: "medium",
    summary: settings.summary,
    verbosity: null,
    threadId,
    subagent: null,
    attempt: 1, // not the first: a question that somebody waits for is not worth a retry
  };
}

function factsOf(plan: CommandPlan, failure: string | null, { settings }: Asker): JsonValue {
  const { sandboxPolicy: policy } = settings;
  const network = hasNetwork(policy) ? "network" : "no-network";
  return {
    platform: process.platform,
    sandbox: policy.type === "workspace-write" ? `workspace-write (network_access=${network})` : policy.type,
    writable_roots: policy.type === "workspace-write" ? [settings.cwd, ...policy.writableRoots] : [],
    cwd: plan.cwd,
    argv: [...plan.argv],
    command: quoteCommand(plan.argv),
    outside_sandbox: plan.escalated || failure !== null,
    sandbox_failure: failure === null ? null : failure.slice(-MAX_FAILURE_CHARS),
  };
}

function decodeRisk(value: unknown): CommandRisk | null {
  if (!isRecord(value)) return null;
  const { description, risk_level: level } = value;
  if (typeof description !== "string" || description.trim() === "") return null;
  if (level !== "low" && level !== "medium" && level !== "high") return null;
  return { description: description.trim().slice(0, MAX_DESCRIPTION), level };
}
