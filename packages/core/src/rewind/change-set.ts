import { isRecord } from "../is-record.ts";
import type { ChangeSet, FileChangeRecord, FileVersion } from "./file-version.ts";

const VERSION = 1;

/** A change set as the store keeps it. */
export function encodeChangeSet(set: ChangeSet): Buffer {
  return Buffer.from(JSON.stringify({ v: VERSION, ...set }));
}

/** Null when it is none, or of a version that is not known here. */
export function decodeChangeSet(bytes: Buffer): ChangeSet | null {
  const value = parse(bytes);
  if (!isRecord(value) || value["v"] !== VERSION) return null;
  const { files, newFolders } = value;
  if (!Array.isArray(files) || !Array.isArray(newFolders)) return null;
  const records = files.map(decodeRecord);
  if (records.includes(null)) return null;
  return {
    files: records.filter((record) => record !== null),
    newFolders: newFolders.filter((path): path is string => typeof path === "string"),
  };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
}

function decodeRecord(value: unknown): FileChangeRecord | null {
  if (!isRecord(value) || typeof value["path"] !== "string") return null;
  const before = decodeVersion(value["before"]);
  const after = decodeVersion(value["after"]);
  return before === undefined || after === undefined ? null : { path: value["path"], before, after };
}

/** Undefined when it is no version. */
function decodeVersion(value: unknown): FileVersion | null | undefined {
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  const { kind, mode, sizeBytes, mtimeMs, blob } = value;
  if ((kind !== "file" && kind !== "symlink") || typeof mode !== "number") return undefined;
  if (typeof sizeBytes !== "number" || typeof mtimeMs !== "number") return undefined;
  if (blob !== null && typeof blob !== "string") return undefined;
  return { kind, mode, sizeBytes, mtimeMs, blob };
}
