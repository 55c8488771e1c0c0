import type { GitInfo, JsonValue, SessionSource } from "@heddle/protocol";
import { elementsOf, fieldsOf, isObject, textOf } from "./json.ts";

/** The `session_meta` line, decoded. */
export interface SessionFacts {
  readonly id: string;
  /** Time of the line; null when it is no time. */
  readonly createdAt: Date | null;
  readonly cwd: string;
  readonly cliVersion: string;
  /** The user's and the project's instructions, as they were then. */
  readonly instructions: string | null;
  readonly source: SessionSource;
  /** Null: recorded by a version that did not say. */
  readonly modelProvider: string | null;
  readonly gitInfo: GitInfo | null;
  /** Id of the thread that this one was copied from; null for one of its own. */
  readonly forkedFrom: string | null;
  /** Descriptions of tools that the client provides, as they were written. */
  readonly dynamicTools: readonly JsonValue[];
}

/** Decodes a `session_meta` line; null when it names no thread. */
export function decodeSessionMeta(line: {
  readonly timestamp: string;
  readonly payload: JsonValue;
}): SessionFacts | null {
  const { timestamp, payload } = line;
  const fields = fieldsOf(payload);
  const id = textOf(fields["id"]);
  if (id === null || id === "") return null;
  const createdAt = new Date(timestamp);
  return {
    id,
    createdAt: Number.isNaN(createdAt.getTime()) ? null : createdAt,
    cwd: textOf(fields["cwd"]) ?? "",
    cliVersion: textOf(fields["cli_version"]) ?? "",
    instructions: textOf(fields["instructions"]),
    source: decodeSource(fields["source"]),
    modelProvider: textOf(fields["model_provider"]),
    gitInfo: decodeGit(fields["git"]),
    forkedFrom: textOf(fields["forked_from_id"]),
    dynamicTools: elementsOf(fields["dynamic_tools"]),
  };
}

/** The source of a thread; `unknown` for what this version does not know. */
export function decodeSource(value: JsonValue | undefined): SessionSource {
  switch (value) {
    case "cli":
    case "vscode":
    case "exec":
    case "appServer":
      return value;
    case "mcp": // the reference's word for it in files
      return "appServer";
    default:
      return "unknown"; // among others the objects that name a thread's parent
  }
}

function decodeGit(value: JsonValue | undefined): GitInfo | null {
  if (!isObject(value)) return null;
  return {
    sha: textOf(value["commit_hash"]),
    branch: textOf(value["branch"]),
    originUrl: textOf(value["repository_url"]),
  };
}
