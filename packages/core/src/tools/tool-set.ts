import type { ModelFamily, ToolSpec } from "@heddle/models";
import { applyPatchTools } from "./apply-patch.ts";
import { grepFilesTool } from "./files/grep-files.ts";
import { listDirTool } from "./files/list-dir.ts";
import { readFileTool } from "./files/read-file.ts";
import { createTestSyncTool } from "./test-sync-tool.ts";
import { containerExecTool, localShellTool, shellCommandTool, shellTool } from "./shell.ts";
import { execCommandTool } from "./exec-command.ts";
import { writeStdinTool } from "./write-stdin.ts";
import type { OfferedTool, Tool } from "./tool.ts";
import { NO_EXTERNAL_TOOLS, type ExternalTools, type ToolOffer } from "./tool-source.ts";
import { updatePlanTool } from "./update-plan.ts";
import { viewImageTool } from "./view-image.ts";

/** The tools of one model request: what the model is offered, and what answers when it calls. */
export interface ToolSet {
  /** In the order of the engine spec, section 6.1, the same in every request of a thread. */
  readonly specs: readonly ToolSpec[];
  readonly offersFreeformPatch: boolean;
  /** Names that a source offered and somebody else had already: left out. */
  readonly nameClashes: readonly string[];
  /** The tool that answers to a name; also older names that are served and not offered. */
  find(name: string): Tool | null;
}

/** The features that decide which tools there are. */
export interface ToolFeatures {
  readonly shellTool: boolean;
  /** Commands run in terminals, whatever the family prefers. */
  readonly unifiedExec: boolean;
  readonly viewImageTool: boolean;
  readonly applyPatchFreeform: boolean;
  readonly webSearch: boolean;
}

/** Chooses the tools for a model family; `external` are those of the thread's sources. */
export function createToolSet(
  family: ModelFamily,
  features: ToolFeatures,
  external: ExternalTools = NO_EXTERNAL_TOOLS,
): ToolSet {
  const patchKind = features.applyPatchFreeform ? "freeform" : family.applyPatchTool;
  const shell = features.shellTool ? shellOffer(features.unifiedExec ? "unified_exec" : family.shellTool) : [];
  const patch = patchKind === null ? [] : [applyPatchTools[patchKind]];
  const experimental = experimentalTools(family);
  const viewImage = features.viewImageTool ? [viewImageTool] : [];

  // Models remember names that are not offered; as long as there is a shell at all, each of them works.
  const served = features.shellTool
    ? [shellTool.tool, containerExecTool, localShellTool.tool, shellCommandTool.tool]
    : [];
  const own = [...shell, updatePlanTool, ...patch, ...experimental, ...viewImage].map(({ tool }) => tool);
  const byName = new Map<string, Tool>();
  for (const tool of [...served, applyPatchTools.function.tool, ...own]) byName.set(tool.name, tool);

  const nameClashes: string[] = [];
  const admit = (offers: readonly ToolOffer[]): readonly ToolSpec[] =>
    offers.flatMap((offer) => admitOffer(offer, byName, nameClashes));
  const specs: readonly ToolSpec[] = [
    ...specsOf(shell),
    ...admit(external.resources),
    ...specsOf([updatePlanTool, ...patch, ...experimental]),
    ...(features.webSearch ? [{ type: "web_search" } as const] : []),
    ...specsOf(viewImage),
    ...admit(external.last),
  ];
  return {
    specs,
    nameClashes,
    offersFreeformPatch: patchKind === "freeform",
    find: (name) => byName.get(name) ?? null,
  };
}

/** The tools that a family is offered beside the common ones, in the order of the specification. */
function experimentalTools({ experimentalTools: names }: ModelFamily): readonly OfferedTool[] {
  const makers: Readonly<Record<ModelFamily["experimentalTools"][number], () => OfferedTool>> = {
    grep_files: () => grepFilesTool,
    read_file: () => readFileTool,
    list_dir: () => listDirTool,
    test_sync_tool: createTestSyncTool,
  };
  return EXPERIMENTAL_ORDER.filter((name) => names.includes(name)).map((name) => makers[name]());
}

const EXPERIMENTAL_ORDER = ["grep_files", "read_file", "list_dir", "test_sync_tool"] as const;

function specsOf(offered: readonly OfferedTool[]): readonly ToolSpec[] {
  return offered.map(({ spec }) => spec);
}

/** Takes in the tools of a source whose names are free. @returns what of it is offered. */
function admitOffer(offer: ToolOffer, byName: Map<string, Tool>, nameClashes: string[]): readonly ToolSpec[] {
  const isFree = ({ name }: Tool): boolean => {
    if (!byName.has(name)) return true;
    nameClashes.push(name);
    return false;
  };
  const specs: ToolSpec[] = [];
  for (const { tool, spec } of offer.offered) {
    if (!isFree(tool)) continue;
    byName.set(tool.name, tool);
    specs.push(spec);
  }
  for (const tool of offer.served.filter(isFree)) byName.set(tool.name, tool);
  return specs;
}

function shellOffer(kind: ModelFamily["shellTool"]): readonly OfferedTool[] {
  switch (kind) {
    case "shell":
      return [shellTool];
    case "local_shell":
      return [localShellTool];
    case "unified_exec":
      return [execCommandTool, writeStdinTool];
    case "shell_command":
      return [shellCommandTool];
    case "disabled":
      return [];
  }
}
