import type { ModelFamily, ToolSpec } from "@heddle/models";
import { applyPatchTools } from "./apply-patch.ts";
import { containerExecTool, localShellTool, shellCommandTool, shellTool } from "./shell.ts";
import type { OfferedTool, Tool } from "./tool.ts";
import { updatePlanTool } from "./update-plan.ts";
import { viewImageTool } from "./view-image.ts";

/** The tools of one turn: what the model is offered, and what answers when it calls. */
export interface ToolSet {
  /** In the order of the engine spec, section 6.1, the same in every request of a thread. */
  readonly specs: readonly ToolSpec[];
  readonly offersFreeformPatch: boolean;
  /** The tool that answers to a name; also older names that are served and not offered. */
  find(name: string): Tool | null;
}

/** The features that decide which tools there are. */
export interface ToolFeatures {
  readonly shellTool: boolean;
  readonly viewImageTool: boolean;
  readonly applyPatchFreeform: boolean;
  readonly webSearch: boolean;
}

/** Chooses the tools for a model family. */
export function createToolSet(family: ModelFamily, features: ToolFeatures): ToolSet {
  const patchKind = features.applyPatchFreeform ? "freeform" : family.applyPatchTool;
  const offered: OfferedTool[] = [];
  if (features.shellTool) offered.push(...shellOffer(family));
  offered.push(updatePlanTool);
  if (patchKind !== null) offered.push(applyPatchTools[patchKind]);
  const specs = offered.map(({ spec }) => spec);
  if (features.webSearch) specs.push({ type: "web_search" });
  if (features.viewImageTool) {
    offered.push(viewImageTool);
    specs.push(viewImageTool.spec);
  }

  // Models remember names that are not offered; as long as there is a shell at all, each of them works.
  const served = features.shellTool
    ? [shellTool.tool, containerExecTool, localShellTool.tool, shellCommandTool.tool]
    : [];
  const byName = new Map<string, Tool>();
  for (const tool of [...served, applyPatchTools.function.tool, ...offered.map((offer) => offer.tool)]) {
    byName.set(tool.name, tool);
  }
  return { specs, offersFreeformPatch: patchKind === "freeform", find: (name) => byName.get(name) ?? null };
}

function shellOffer(family: ModelFamily): readonly OfferedTool[] {
  switch (family.shellTool) {
    case "shell":
      return [shellTool];
    case "local_shell":
      return [localShellTool];
    // Interactive sessions are not there yet: the plain script tool serves the families that prefer them.
    case "unified_exec":
    case "shell_command":
      return [shellCommandTool];
    case "disabled":
      return [];
  }
}
