import { quoteCommand } from "@heddle/execpolicy";
import { isJsonObject, type JsonObject } from "@heddle/protocol";

/** Why a command does not run; null when the person allows it. */
export type Refusal = string | null;

/** The question whether a command may run, as a host is asked it. Source: MCP spec, section D. */
export function toPermissionQuestion(command: readonly string[], workdir: string): JsonObject {
  const [file = "", ...args] = command;
  return {
    message: `Allow agent to run \`${[file, ...(args.length === 0 ? [] : [quoteCommand(args)])].join(" ")}\` in \`${workdir}\`?`,
    requestedSchema: {
      type: "object",
      title: "Execution Permission Request",
      properties: { reason: { type: "string", description: "Why it may or may not run." } },
    },
  };
}

/** Reads the answer: what is neither a yes nor a no is a no. */
export function readPermission(answer: unknown): Refusal {
  switch (isJsonObject(answer) ? answer["action"] : null) {
    case "accept":
      return null;
    case "cancel":
      return "User cancelled execution";
    default:
      return "User declined execution";
  }
}
