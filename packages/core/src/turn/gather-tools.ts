import type { ResolvedConfig } from "@heddle/config";
import type { ModelFamily } from "@heddle/models";
import { createToolSet, type ToolSet } from "../tools/tool-set.ts";
import { gatherTools, type ToolSource } from "../tools/tool-source.ts";

/** The way to a turn's tools: our own are the same all along, those of sources may change from request to request. */
export function toolGatherer(options: {
  readonly family: ModelFamily;
  readonly config: ResolvedConfig;
  readonly sources: readonly ToolSource[];
  readonly signal: AbortSignal;
  /** Told once per turn of each tool that is left out because its name is taken. */
  readonly warn: (message: string) => void;
}): () => Promise<ToolSet> {
  const { family, config, sources, signal, warn } = options;
  const { features } = config;
  const toolFeatures = {
    shellTool: features.shell_tool,
    unifiedExec: features.unified_exec,
    viewImageTool: features.view_image_tool,
    applyPatchFreeform: features.apply_patch_freeform,
    webSearch: features.web_search_request,
  };
  if (sources.length === 0) {
    const own = createToolSet(family, toolFeatures);
    return () => Promise.resolve(own);
  }
  const warned = new Set<string>();
  return async () => {
    const tools = createToolSet(family, toolFeatures, await gatherTools(sources, { signal }));
    for (const name of tools.nameClashes) {
      if (!warned.has(name)) warn(`the tool ${name} is offered twice: the second one is left out`);
      warned.add(name);
    }
    return tools;
  };
}
