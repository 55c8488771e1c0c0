import type { FileChange, FileState } from "../diff/file-state.ts";
import type { FileStat } from "../file-port.ts";
import { isBelow, joinPath } from "../path.ts";
import { decodeUtf8, encodeUtf8 } from "../text.ts";
import type { Draft, MoveOrigin, WrittenFile } from "./draft.ts";
import type { Overlay } from "./overlay.ts";
import type { FileBefore, PatchPlan, PlannedChange, PlannedRemoval, PlannedWrite } from "./plan.ts";

/** What all hunks together come to: a file that two hunks change is one change, one effect and one write. */
export async function settle(
  draft: Draft,
  cwd: { readonly cwd: string; readonly realCwd: string },
): Promise<Pick<PatchPlan, "changes" | "effects" | "writes" | "removals">> {
  const { overlay, written, removed } = draft;
  const moves = settledMoves(draft);
  const rename = (name: string): string => underCwd(name, cwd);
  const changes: PlannedChange[] = [];
  const effects: FileChange[] = [];
  const writes: PlannedWrite[] = [];
  const removals: PlannedRemoval[] = [];
  for (const name of overlay.touched) {
    const before = await beforeOf(overlay, name);
    const file = written.get(name);
    const removal = removed.get(name);
    if (file !== undefined) {
      const write = plannedWrite(name, file, before);
      const origin = moves.origins.get(name) ?? null;
      writes.push(write);
      changes.push(await writtenChange(overlay, { write, origin, how: file.how }));
      effects.push(...(await writtenEffects(overlay, { write, origin, rename })));
    } else if (removal !== undefined && before.type !== "missing") {
      removals.push({ path: name, before, ...removal });
      const moved = moves.sources.get(name);
      if (moved === undefined) changes.push(deletion(removal.source.absolute, before));
      if (moved === undefined || before.type === "symlink")
        effects.push({ path: rename(name), movePath: null, before: stateOf(before), after: null });
    }
  }
  return { changes, effects, writes, removals };
}

/** The moves that are still moves in the end: the source is gone, and was there before the patch. */
interface Moves {
  /** By the name of the target. */
  readonly origins: ReadonlyMap<string, MoveOrigin>;
  /** By the name of the source. */
  readonly sources: ReadonlyMap<string, MoveOrigin>;
}

function settledMoves({ written, removed }: Draft): Moves {
  const origins = new Map<string, MoveOrigin>();
  const sources = new Map<string, MoveOrigin>();
  for (const [name, { movedFrom }] of written) {
    if (movedFrom === null || !removed.has(movedFrom.name) || sources.has(movedFrom.name)) continue;
    origins.set(name, movedFrom);
    sources.set(movedFrom.name, movedFrom);
  }
  return { origins, sources };
}

function plannedWrite(name: string, file: WrittenFile, before: FileBefore): PlannedWrite {
  const { source, content } = file;
  if (!file.sameFile || before.type !== "file")
    return { path: name, source, content, before, like: file.like, inPlace: "forbidden" };
  const isLinked = before.stat.links > 1;
  const like = isLinked ? before.stat : file.like;
  return { path: name, source, content, before, like, inPlace: isLinked ? "required" : "allowed" };
}

async function beforeOf(overlay: Overlay, name: string): Promise<FileBefore> {
  const node = await overlay.before(name);
  if (node.type === "symlink") return { type: "symlink", target: node.target };
  if (node.type !== "file") return { type: "missing" };
  return { type: "file", content: await overlay.readBefore(name), stat: node.stat };
}

function deletion(path: string, before: FileBefore): PlannedChange {
  return { path, kind: "delete", movePath: null, oldText: textOf(before), newText: null };
}

async function writtenChange(
  overlay: Overlay,
  {
    write,
    origin,
    how,
  }: { readonly write: PlannedWrite; readonly origin: MoveOrigin | null; readonly how: "add" | "update" },
): Promise<PlannedChange> {
  const newText = decodeUtf8(write.content);
  const path = write.source.absolute;
  if (origin !== null) {
    const oldText = decodeUtf8(await overlay.readBefore(origin.contentName));
    return { path: origin.source.absolute, kind: "update", movePath: path, oldText, newText };
  }
  const kind = how === "add" || write.before.type !== "file" ? "add" : "update";
  return { path, kind, movePath: null, oldText: textOf(write.before), newText };
}

function textOf(before: FileBefore): string | null {
  switch (before.type) {
    case "missing":
      return null;
    case "symlink":
      return before.target;
    case "file":
      return decodeUtf8(before.content);
  }
}

/** A move is one change of two paths, after the one that removes what was in its way; a move by way of a link is an add. */
async function writtenEffects(
  overlay: Overlay,
  {
    write,
    origin,
    rename,
  }: { readonly write: PlannedWrite; readonly origin: MoveOrigin | null; readonly rename: (name: string) => string },
): Promise<FileChange[]> {
  const path = rename(write.path);
  const before = stateOf(write.before);
  const after: FileState = { content: write.content, mode: gitMode(write.like) };
  if (origin === null || origin.name !== origin.contentName) return [{ path, movePath: null, before, after }];
  const source = stateOf(await beforeOf(overlay, origin.name));
  const moved: FileChange = { path: rename(origin.name), movePath: path, before: source, after };
  return before === null ? [moved] : [{ path, movePath: null, before, after: null }, moved];
}

function stateOf(before: FileBefore): FileState | null {
  switch (before.type) {
    case "missing":
      return null;
    case "symlink":
      return { content: encodeUtf8(before.target), mode: "120000" };
    case "file":
      return { content: before.content, mode: gitMode(before.stat) };
  }
}

function gitMode(stat: FileStat | null): FileState["mode"] {
  return stat !== null && (stat.mode & 0o100) !== 0 ? "100755" : "100644";
}

/** A file below the real cwd is named below the cwd as it is called; others keep their real path. */
function underCwd(name: string, { cwd, realCwd }: { readonly cwd: string; readonly realCwd: string }): string {
  if (cwd === realCwd || !isBelow(name, realCwd)) return name;
  return joinPath(cwd, name.slice(realCwd.length).replace(/^[/\\]/, ""));
}
