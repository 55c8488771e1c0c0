import { splitShellWords, type ApprovalPolicy, type SandboxMode } from "@heddle/execpolicy";
import type { CommandExecutionItem, JsonValue, ThreadItem } from "@heddle/protocol";
import { EngineError } from "../engine-error.ts";
import { isRecord } from "../is-record.ts";
import { fieldsOf, textOf } from "../rollout/json.ts";
import { readRollout, type RolloutLine } from "../rollout/reader.ts";
import { readReferenceTurns } from "../rollout/reference-codec.ts";
import { RolloutError } from "../rollout/rollout-error.ts";
import { decodeEvent, decodeSurroundings, type Surroundings } from "../thread/decode-lines.ts";
import type { StoredEvent } from "../thread/events.ts";

/** A command that a model asked for, and what became of it. */
export interface PastCommand {
  readonly argv: readonly string[];
  readonly escalated: boolean;
  readonly justification: string | null;
  /** What held at the time; null when the thread does not say. */
  readonly settings: { readonly approvalPolicy: ApprovalPolicy; readonly sandbox: SandboxMode } | null;
  /** Whether somebody was asked. `session`: an earlier answer counted. `unknown`: the file does not say. */
  readonly asked: "asked" | "session" | "notAsked" | "unknown";
  /** `refused`: by policy, with nobody asked. What was interrupted or could not start counts as `ran`. */
  readonly end: "ran" | "declined" | "refused";
}

/**
 * The commands of a stored thread, in their order: our own lines, those of the reference, or both in one file.
 * @throws EngineError `unreadableRollout` with the place and the reason.
 */
export async function readPastCommands(path: string): Promise<readonly PastCommand[]> {
  const { lines } = await readRollout(path).catch((cause: unknown) => {
    if (!(cause instanceof RolloutError)) throw cause;
    throw new EngineError({ kind: "unreadableRollout", path, reason: cause.message }, { cause });
  });
  return pastCommands(lines);
}

/** The same from the lines of a rollout. */
export function pastCommands(lines: readonly RolloutLine[]): readonly PastCommand[] {
  const reading = new PastReading();
  for (const line of lines) reading.read(line);
  return [...reading.referenceCommands(readReferenceTurns(lines).flatMap(({ items }) => items)), ...reading.commands()];
}

/** What a call says besides its command. */
interface CallFacts {
  readonly escalated: boolean;
  readonly justification: string | null;
  readonly surroundings: Surroundings | null;
}

/** A command in the making: its item as last seen, and how it was decided on. */
interface Draft {
  readonly facts: CallFacts;
  item: CommandExecutionItem;
  asked: PastCommand["asked"];
}

class PastReading {
  #surroundings: Surroundings | null = null;
  /** By the id of the call, which is that of its item. An id may come back in a later turn. */
  readonly #calls = new Map<string, CallFacts>();
  readonly #drafts = new Map<string, Draft>();

  read({ type, payload }: RolloutLine): void {
    switch (type) {
      case "turn_context":
        this.#surroundings = decodeSurroundings(payload) ?? this.#surroundings;
        break;
      case "response_item":
        this.#readCall(payload);
        break;
      case "event": {
        const event = decodeEvent(payload);
        if (event !== null) this.#readEvent(event);
        break;
      }
      default:
        break;
    }
  }

  commands(): PastCommand[] {
    return [...this.#drafts.values()].flatMap(({ item, facts, asked }) => toCommand(item, facts, asked) ?? []);
  }

  /** The reference records no approvals: only what was declined has certainly been asked about. */
  referenceCommands(items: readonly ThreadItem[]): PastCommand[] {
    return items.flatMap((item) => {
      if (item.type !== "commandExecution") return [];
      return toCommand(item, this.#factsOf(item.id), item.status === "declined" ? "asked" : "unknown") ?? [];
    });
  }

  #readCall(payload: JsonValue): void {
    const call = fieldsOf(payload);
    const callId = textOf(call["call_id"]) ?? textOf(call["id"]);
    if (callId === null || (call["type"] !== "function_call" && call["type"] !== "local_shell_call")) return;
    const input = parseObject(textOf(call["arguments"]) ?? "");
    const escalated =
      input["sandbox_permissions"] === "require_escalated" ||
      (input["sandbox_permissions"] === undefined && input["with_escalated_permissions"] === true);
    const justification = typeof input["justification"] === "string" ? input["justification"] : null;
    this.#calls.set(callId, { escalated, justification, surroundings: this.#surroundings });
  }

  #readEvent(event: StoredEvent): void {
    switch (event.type) {
      case "itemStarted":
      case "itemCompleted": {
        const { item } = event;
        if (item.type !== "commandExecution") return;
        const key = keyOf(event.turnId, item.id);
        const draft = this.#drafts.get(key);
        if (draft === undefined) this.#drafts.set(key, { item, facts: this.#factsOf(item.id), asked: "notAsked" });
        else draft.item = item;
        return;
      }
      case "approvalDecided": {
        const draft = this.#drafts.get(keyOf(event.turnId, event.itemId));
        if (draft === undefined) return;
        if (event.record.by !== "session") draft.asked = "asked";
        else if (draft.asked === "notAsked") draft.asked = "session";
        return;
      }
      default:
        return;
    }
  }

  #factsOf(callId: string): CallFacts {
    const known = this.#calls.get(callId);
    return known ?? { escalated: false, justification: null, surroundings: this.#surroundings };
  }
}

/** Null when the words of the command cannot be told apart any more. */
function toCommand(item: CommandExecutionItem, facts: CallFacts, asked: PastCommand["asked"]): PastCommand | null {
  const argv = splitShellWords(item.command);
  if (argv === null || argv.length === 0) return null;
  const { escalated, justification, surroundings } = facts;
  const settings = surroundings && {
    approvalPolicy: surroundings.approvalPolicy,
    sandbox: surroundings.sandboxPolicy.type,
  };
  const end = endOf(item);
  return { argv, escalated, justification, settings, asked: end === "refused" ? "notAsked" : asked, end };
}

function endOf({ status, exitCode, aggregatedOutput }: CommandExecutionItem): PastCommand["end"] {
  if (status === "declined") return "declined";
  return status === "failed" && exitCode === -1 && REFUSALS.test(aggregatedOutput ?? "") ? "refused" : "ran";
}

/** What stands in the place of the output when policy has refused. Source: exec policy spec, section 4.3. */
const REFUSALS = /^(?:execpolicy forbids this command|execpolicy requires approval|approval policy is \w+; reject)/;

/** A string that no two pairs of a turn and an item share. */
function keyOf(turnId: string, itemId: string): string {
  return JSON.stringify([turnId, itemId]);
}

/** What a model wrote may be no JSON. */
function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
