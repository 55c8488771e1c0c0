import { emptyTable, mergeTables, type Table } from "../toml/table.ts";

/** The layers of the configuration, from the highest. Source: configuration spec, section 2. */
export type ConfigLayerName = "mdm" | "system" | "sessionFlags" | "user";

/** One source of configuration, read and not yet checked. */
export interface Layer {
  readonly name: ConfigLayerName;
  /** The file, or what the layer is known as where it is none. */
  readonly source: string;
  readonly table: Table;
  /** The text it was read from, to find lines in; null when it came from no text. */
  readonly text: string | null;
}

/** What all layers say together. `layers` are ordered from the highest. */
export function mergeLayers(layers: readonly Layer[]): Table {
  return layers.toReversed().reduce((below, { table }) => mergeTables(below, table), emptyTable);
}

/** Layers that an administrator wrote. */
export function isManaged({ name }: Layer): boolean {
  return name === "mdm" || name === "system";
}
