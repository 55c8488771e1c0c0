import type { OfferedTool, Tool } from "./tool.ts";

/** What a source has to offer at one moment. */
export interface ToolOffer {
  /** In the order in which models see them; the same order every time, since providers cache what comes first. */
  readonly offered: readonly OfferedTool[];
  /** Tools that answer when they are called and are not offered, such as those that a configuration switched off. */
  readonly served: readonly Tool[];
}

/**
 * Where a thread gets tools that this package does not bring: MCP servers, the client itself. A tool of a source is
 * served like any other: its `handle` makes the items, asks for approval and writes the output.
 */
export interface ToolSource {
  /** Where its tools stand among the others: `resources` right behind the shell, `last` behind everything. */
  readonly place: "resources" | "last";
  /**
   * What it offers now. Asked before each model request of a turn, not for its repetitions, and when the size of one
   * is estimated. May wait for what is
   * still starting, as long as `signal` allows; what could not be started is left out. A rejection fails the turn.
   */
  offer(options: { readonly signal: AbortSignal }): ToolOffer | Promise<ToolOffer>;
  /** Gives up what the source holds: the thread is closed and its last turn has ended. Idempotent. */
  close(): Promise<void>;
}

/** The offers of all sources of a thread, by their place. */
export type ExternalTools = Readonly<Record<ToolSource["place"], readonly ToolOffer[]>>;

export const NO_EXTERNAL_TOOLS: ExternalTools = { resources: [], last: [] };

/** Asks all sources at once; their order within a place stays. @throws the reason of `signal`. */
export async function gatherTools(
  sources: readonly ToolSource[],
  options: { readonly signal: AbortSignal },
): Promise<ExternalTools> {
  const offers = await Promise.all(
    sources.map(async (source) => ({ place: source.place, offer: await source.offer(options) })),
  );
  options.signal.throwIfAborted();
  const at = (place: ToolSource["place"]): readonly ToolOffer[] =>
    offers.filter((entry) => entry.place === place).map(({ offer }) => offer);
  return { resources: at("resources"), last: at("last") };
}
