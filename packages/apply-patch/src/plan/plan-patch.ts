import { assertNever } from "../assert-never.ts";
import { PatchError } from "../error.ts";
import type { FileFailure, PatchFailure, PatchPath } from "../failure.ts";
import type { ReadPort } from "../file-port.ts";
import { applyChunks, type ChunksOutcome } from "../match/apply-chunks.ts";
import { readOsError } from "../os-error.ts";
import { joinPath } from "../path.ts";
import type { AddHunk, Hunk, Patch, UpdateHunk } from "../parse/patch.ts";
import { decodeUtf8, encodeUtf8 } from "../text.ts";
import { likeOf, removeName, writeFile, type Draft, type Provenance } from "./draft.ts";
import { createOverlay, type Overlay } from "./overlay.ts";
import type { PatchPlan } from "./plan.ts";
import { settle } from "./settle.ts";

/**
 * Works out what a patch will do, hunk after hunk, each on the result of those before it; touches nothing.
 * @throws PatchError when any hunk cannot be applied, or there is none.
 */
export async function planPatch(
  patch: Patch,
  { cwd, files }: { readonly cwd: string; readonly files: ReadPort },
): Promise<PatchPlan> {
  if (patch.hunks.length === 0) throw planError({ kind: "empty-patch" });
  const draft: Draft = { overlay: createOverlay(files), written: new Map(), removed: new Map() };
  const place = (written: string): PatchPath => ({ written, absolute: joinPath(cwd, written) });
  const paths = namedPaths(patch.hunks).map((path) => joinPath(cwd, path));
  if (paths.length > 1) await readAhead(draft.overlay, paths);
  for (const hunk of patch.hunks) await draftHunk(draft, hunk, place);
  const { changes, effects, writes, removals } = await settle(draft, { cwd, realCwd: await realCwd(files, cwd) });
  return {
    cwd,
    changes,
    summary: summarise(patch.hunks),
    paths,
    targets: [...writes, ...removals].map(({ path }) => path),
    effects,
    writes,
    removals,
  };
}

const PARALLEL_READS = 8;

/**
 * Reads the files that hunks will ask for, some at a time: one after the other, a patch of 100 files would mostly wait.
 * The overlay remembers results and errors for the hunks.
 */
async function readAhead(overlay: Overlay, paths: readonly string[]): Promise<void> {
  const pending = paths.values();
  const readNext = async (): Promise<void> => {
    for (const path of pending) {
      try {
        const name = await overlay.follow(await overlay.nameOf(path));
        if ((await overlay.at(name)).type === "file") await overlay.readBefore(name);
      } catch {
        // the hunk that needs it gets the error
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_READS }, readNext));
}

async function draftHunk(draft: Draft, hunk: Hunk, place: (written: string) => PatchPath): Promise<void> {
  switch (hunk.type) {
    case "add":
      return draftAdd(draft, hunk, place(hunk.path));
    case "delete":
      return draftDelete(draft, place(hunk.path));
    case "update":
      return draftUpdate(draft, hunk, place);
    default:
      return assertNever(hunk);
  }
}

async function draftAdd(draft: Draft, hunk: AddHunk, source: PatchPath): Promise<void> {
  const { overlay } = draft;
  const name = await checkTarget(draft, source);
  const how = draft.written.get(name);
  const provenance: Provenance = { source: how?.source ?? source, how: "add", movedFrom: null };
  const content = encodeUtf8(hunk.content);
  await attempt("mkdir-failed", source, async () =>
    writeFile(draft, name, { content, like: await likeOf(overlay, name), provenance }),
  );
}

async function draftDelete(draft: Draft, source: PatchPath): Promise<void> {
  await attempt("delete-failed", source, async () => {
    const name = await draft.overlay.nameOf(source.absolute);
    // A link is removed whatever it leads to; of a file, the content is there for showing it and for taking it back.
    if ((await draft.overlay.at(name)).type !== "symlink") await draft.overlay.read(name);
    await removeName(draft, name, { source, because: "deleted" });
  });
}

async function draftUpdate(draft: Draft, hunk: UpdateHunk, place: (written: string) => PatchPath): Promise<void> {
  const { overlay } = draft;
  const source = place(hunk.path);
  const { name, contentName, text } = await attempt("read-failed", source, async () => {
    const name = await overlay.nameOf(source.absolute);
    const contentName = await overlay.follow(name);
    return { name, contentName, text: decodeUtf8(await overlay.read(contentName)) };
  });
  if (text === null)
    throw fileError("read-failed", source, { code: null, reason: "stream did not contain valid UTF-8" });
  const content = encodeUtf8(changedText(applyChunks(text, hunk.chunks), source));
  const like = await likeOf(overlay, contentName);
  const earlier = draft.written.get(contentName);
  const target = hunk.moveTo === null ? null : await moveTarget(draft, place(hunk.moveTo), contentName);
  if (target === null) {
    const provenance: Provenance = {
      source: earlier?.source ?? source,
      how: earlier?.how ?? "update",
      movedFrom: earlier?.movedFrom ?? null,
    };
    return writeFile(draft, contentName, { content, like, provenance });
  }
  const movedFrom = earlier?.movedFrom ?? (earlier?.how === "add" ? null : { source, name, contentName });
  const provenance: Provenance = { source: target.source, how: movedFrom === null ? "add" : "update", movedFrom };
  await attempt("mkdir-failed", target.source, () => writeFile(draft, target.name, { content, like, provenance }));
  await removeName(draft, name, { source, because: "moved" });
}

/** Where a move goes; null when that is the file itself, which is then updated in place. */
async function moveTarget(
  draft: Draft,
  source: PatchPath,
  contentName: string,
): Promise<{ readonly source: PatchPath; readonly name: string } | null> {
  const name = await checkTarget(draft, source);
  return name === contentName ? null : { source, name };
}

/** The place that a path writes to, links followed; it is a file or nothing. */
async function checkTarget({ overlay }: Draft, source: PatchPath): Promise<string> {
  return attempt("write-failed", source, async () => {
    const name = await overlay.follow(await overlay.nameOf(source.absolute));
    const node = await overlay.at(name);
    if (node.type !== "missing") await overlay.read(name);
    return name;
  });
}

function changedText(outcome: ChunksOutcome, path: PatchPath): string {
  switch (outcome.type) {
    case "applied":
      return outcome.text;
    case "context-not-found":
      throw planError({ kind: "context-not-found", path, context: outcome.context, nearest: outcome.nearest });
    case "lines-not-found":
      throw planError({ kind: "lines-not-found", path, lines: outcome.lines, nearest: outcome.nearest });
    default:
      return assertNever(outcome);
  }
}

/** Runs file operations; what they throw becomes a failure of the kind. */
async function attempt<Result>(
  kind: FileFailure["kind"],
  path: PatchPath,
  operation: () => Promise<Result>,
): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof PatchError) throw error;
    throw fileError(kind, path, readOsError(error), error);
  }
}

function fileError(
  kind: FileFailure["kind"],
  path: PatchPath,
  { code, reason }: { readonly code: string | null; readonly reason: string },
  cause?: unknown,
): PatchError {
  return planError({ kind, path, reason, code, unrestored: [] }, cause);
}

function planError(failure: PatchFailure, cause?: unknown): PatchError {
  return new PatchError(failure, { phase: "plan", cause });
}

async function realCwd(files: ReadPort, cwd: string): Promise<string> {
  try {
    return await files.realDirectory(cwd);
  } catch {
    return cwd; // only names in the turn's diff depend on it
  }
}

/** Added, then modified, then deleted files, each in the order of the patch; a moved file is named by its target. */
function summarise(hunks: readonly Hunk[]): string {
  const added = hunks.filter((hunk) => hunk.type === "add").map((hunk) => `A ${hunk.path}\n`);
  const modified = hunks.filter((hunk) => hunk.type === "update").map((hunk) => `M ${hunk.moveTo ?? hunk.path}\n`);
  const deleted = hunks.filter((hunk) => hunk.type === "delete").map((hunk) => `D ${hunk.path}\n`);
  return ["Success. Updated the following files:\n", ...added, ...modified, ...deleted].join("");
}

function namedPaths(hunks: readonly Hunk[]): string[] {
  const paths = hunks.flatMap((hunk) =>
    hunk.type === "update" && hunk.moveTo !== null ? [hunk.path, hunk.moveTo] : [hunk.path],
  );
  return [...new Set(paths)];
}
