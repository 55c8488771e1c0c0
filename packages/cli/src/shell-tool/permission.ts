import { quoteCommand } from "@heddle/execpolicy";
import { isJsonObject, type JsonObject } from "@heddle/protocol";

/** Why a command does not run; null when the person allows it. */
export type Refusal = string | null;

/** The question whether a command may run, as a host is asked it. Source: MCP spec, section D. */
export function toPermissionQuestion(command: readonly string[], workdir: string): JsonObject {
  const [file = "", ...args] = command;
  const shown = [shownPath(file), ...(args.length === 0 ? [] : [quoteCommand(args)])].join(" ");
  return {
    message: `Allow agent to run \`${shown}\` in \`${shownPath(workdir)}\`?`,
    requestedSchema: {
      type: "object",
      title: "Execution Permission Request",
      properties: { reason: { type: "string", description: "Why it may or may not run." } },
    },
  };
}

/** As it is, unless it would end its place in the question early, or moves the cursor: commands name files as they like. */
function shownPath(path: string): string {
  if (path.search(MISLEADING) === -1) return path;
  return JSON.stringify(path).replaceAll(MISLEADING, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

const MISLEADING = /[`\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

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
