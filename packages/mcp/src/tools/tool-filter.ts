import type { McpServerConfig } from "../server-config.ts";

/** Whether the configuration offers a tool, by its raw name. */
export function isToolEnabled(
  tool: string,
  { enabledTools, disabledTools }: Pick<McpServerConfig, "enabledTools" | "disabledTools">,
): boolean {
  return (enabledTools === null || enabledTools.includes(tool)) && !disabledTools.includes(tool);
}
