import type { Table } from "../toml/table.ts";
import { checkTable, type Problem } from "./check.ts";
import { rootFields, type ConfigTable } from "./fields/root.ts";
import { checkMcpServers } from "./mcp-servers.ts";

/** A table that has been checked, or everything that is wrong with it, in the order of the keys' table. */
export type Validated =
  | { readonly ok: true; readonly config: ConfigTable }
  | { readonly ok: false; readonly problems: readonly [Problem, ...Problem[]] };

/** Checks a whole configuration: the types and values of all keys, and that keys of MCP servers go together. */
export function validateTable(table: Table): Validated {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the checks below establish
  const config = table as unknown as ConfigTable;
  const [first, ...rest] = checkTable(rootFields, table);
  if (first !== undefined) return { ok: false, problems: [first, ...rest] };
  const [mixed, ...more] = checkMcpServers(config.mcp_servers ?? {});
  return mixed === undefined ? { ok: true, config } : { ok: false, problems: [mixed, ...more] };
}
