import { describeForModel } from "../describe-for-model.ts";
import { PatchError } from "../error.ts";
import { BEGIN_PATCH, parsePatch } from "../parse/parse.ts";
import type { Patch } from "../parse/patch.ts";
import { joinPath } from "../path.ts";
import { trim } from "../text.ts";

/** What an argv is in the eyes of apply_patch. */
export type PatchDetection =
  /** An ordinary command. */
  | { readonly type: "none" }
  /** A patch, to be applied in `cwd`. */
  | { readonly type: "patch"; readonly patch: Patch; readonly cwd: string }
  /** Meant as a patch and not usable as one; `message` is for the model, and no process is started. */
  | { readonly type: "error"; readonly message: string };

/** A shell script that is one call of a program with a here-document, after a `cd` when that is not null. */
export interface ScriptCall {
  readonly program: string;
  readonly cd: string | null;
  readonly body: string;
}

const NONE: PatchDetection = { type: "none" };
const PROGRAMS: readonly string[] = ["apply_patch", "applypatch"];

const IMPLICIT: PatchDetection = {
  type: "error",
  message:
    'apply_patch verification failed: patch detected without explicit call to apply_patch. Rerun as ["apply_patch", "<patch>"]',
};

/**
 * Recognises a patch in the argv of a shell tool. `readScript` reads a script in the form of a here-document call and
 * answers null for everything else; it is asked only when the script may be one. A patch without hunks is a patch:
 * planning rejects it. Source: apply_patch spec, section 6.
 */
export function detectPatchCall(
  argv: readonly string[],
  { cwd, readScript }: { readonly cwd: string; readonly readScript: (script: string) => ScriptCall | null },
): PatchDetection {
  const [first, second] = argv;
  if (first === undefined) return NONE;
  if (argv.length === 1) return isPatch(first) ? IMPLICIT : NONE;
  if (argv.length === 2 && second !== undefined && PROGRAMS.includes(first)) return readPatch(second, cwd);
  const script = shellScript(argv);
  if (script === null) return NONE;
  if (isPatch(script)) return IMPLICIT;
  if (!PROGRAMS.some((program) => script.includes(program))) return NONE;
  const call = readScript(script);
  if (call === null || !PROGRAMS.includes(call.program)) return NONE;
  return readPatch(call.body, call.cd === null ? cwd : joinPath(cwd, call.cd));
}

function readPatch(text: string, cwd: string): PatchDetection {
  try {
    return { type: "patch", patch: parsePatch(text), cwd };
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    return { type: "error", message: describeForModel(error) };
  }
}

/** Whether the whole text is a patch; most are not by their first characters. */
function isPatch(text: string): boolean {
  const start = trim(text.slice(0, 1000));
  if (!start.startsWith(BEGIN_PATCH) && !start.startsWith("<<") && start !== "") return false;
  return readPatch(text, "").type === "patch";
}

/** The script of `[shell, flag, script]`; null for any other argv. */
function shellScript(argv: readonly string[]): string | null {
  const [shell, ...rest] = argv;
  if (shell === undefined) return null;
  const script = rest.at(-1) ?? null;
  const flags = rest.slice(0, -1);
  switch (programName(shell)) {
    case "bash":
    case "zsh":
    case "sh":
      return flags.length === 1 && (flags[0] === "-lc" || flags[0] === "-c") ? script : null;
    case "pwsh":
    case "powershell": {
      const spelled = flags.map((flag) => flag.toLowerCase()).join(" ");
      return spelled === "-command" || spelled === "-noprofile -command" ? script : null;
    }
    case "cmd":
      return flags.length === 1 && flags[0]?.toLowerCase() === "/c" ? script : null;
    default:
      return null;
  }
}

/** The last component of a program's path without its extension, in lower case. */
function programName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  const dot = name.lastIndexOf(".");
  return (dot > 0 ? name.slice(0, dot) : name).toLowerCase();
}
