import { ConfigError } from "@heddle/config";
import { EngineError } from "@heddle/core";
import { INTERNAL_ERROR, INVALID_REQUEST, invalidRequest, RpcError, type JsonValue } from "@heddle/protocol";

/** What a handler was doing when it failed; it begins the message that the client gets. */
export type Doing =
  | "creating thread"
  | "resuming thread"
  | "starting turn"
  | "starting review"
  | "compacting"
  | "archiving"
  | "unarchiving"
  | "naming thread"
  | "reading thread"
  | "listing features"
  | "using files"
  | "listing models"
  | "listing profiles"
  | "listing"
  | "listing skills"
  | "keeping a message"
  | "taking files back"
  | "reverting thread"
  | "running a command";

/** The answer for a failure: what the client did wrong, or what went wrong here. */
export function toRpcError(error: unknown, doing: Doing): RpcError {
  if (error instanceof RpcError) return error;
  if (error instanceof ConfigError) return new RpcError(INVALID_REQUEST, `error deriving config: ${error.message}`);
  if (error instanceof EngineError) {
    switch (error.failure.kind) {
      case "unknownThread":
      case "noRollout":
      case "unreadableRollout":
      case "threadInUse":
      case "fileRefused":
      case "unknownTurn":
      case "nothingToContinue":
      case "notRunning":
      case "busy":
        return new RpcError(INVALID_REQUEST, error.message);
      case "notSteerable":
        return invalidRequest(error.message, notSteerable(error.message, error.failure.turnKind));
      case "unknownProvider":
      case "invalidSettings":
        return new RpcError(INVALID_REQUEST, `error deriving config: ${error.message}`);
      case "rules":
      case "closed":
      case "commandNotRun":
      case "commandKilled":
        return new RpcError(INTERNAL_ERROR, `${prefix(doing)}${error.message}`);
    }
  }
  return new RpcError(INTERNAL_ERROR, `${prefix(doing)}${error instanceof Error ? error.message : String(error)}`);
}

/** Tells a program that the input is not lost by mistake: a turn of this kind never takes any. */
function notSteerable(message: string, turnKind: "review" | "compact"): JsonValue {
  return { message, codexErrorInfo: { activeTurnNotSteerable: { turnKind } } };
}

function prefix(doing: Doing): string {
  switch (doing) {
    case "creating thread":
      return "error creating thread: ";
    case "resuming thread":
      return "error resuming thread: ";
    case "starting turn":
      return "failed to start turn: ";
    case "starting review":
      return "failed to start review: ";
    case "compacting":
      return "failed to compact thread: ";
    case "archiving":
      return "failed to archive conversation: ";
    case "unarchiving":
      return "failed to bring the thread back: ";
    case "naming thread":
      return "failed to name the thread: ";
    case "reading thread":
      return "failed to read the thread: ";
    case "using files":
      return "failed to use the file: ";
    case "listing models":
    case "listing features":
      return "failed to list features: ";
    case "listing profiles":
      return "failed to list permission profiles: ";
    case "reverting thread":
      return "failed to revert the thread: ";
    case "taking files back":
      return "failed to take files back: ";
    case "listing":
      return "failed to list conversations: ";
    case "keeping a message":
      return "failed to use the message history: ";
    case "listing skills":
      return "failed to list skills: ";
    case "running a command":
      return "exec failed: ";
  }
}
