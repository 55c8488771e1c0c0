import type { ThreadItem, Turn, TurnError, TurnStatus } from "@heddle/protocol";
import type { WireClient } from "./wire.ts";

/** What a client heard about one turn. */
export interface SeenTurn {
  readonly id: string;
  /** The items whose completion it heard, in order. */
  readonly items: readonly ThreadItem[];
  /** Null when it did not hear the end. */
  readonly end: { readonly status: TurnStatus; readonly error: TurnError | null } | null;
}

/** Starts a turn with a text. */
export async function startTurn(client: WireClient, threadId: string, text: string): Promise<string> {
  const answer = await client.request("turn/start", { threadId, input: [{ type: "text", text }] });
  return (answer as { turn: Turn }).turn.id;
}

/** Waits for the end of a turn. */
export async function turnEnd(client: WireClient, threadId: string, turnId: string): Promise<Turn> {
  const said = await client.hear(
    "turn/completed",
    (params) => params["threadId"] === threadId && (params["turn"] as Turn).id === turnId,
  );
  return said["turn"] as Turn;
}

/** What this client has heard about the turns of a thread. */
export function seenTurns({ heard }: WireClient, threadId: string): SeenTurn[] {
  const own = heard.filter(({ params }) => params["threadId"] === threadId);
  return own
    .filter(({ method }) => method === "turn/started")
    .map(({ params }) => {
      const { id } = params["turn"] as Turn;
      const completed = own.filter((said) => said.method === "item/completed" && said.params["turnId"] === id);
      const end = own.find((said) => said.method === "turn/completed" && (said.params["turn"] as Turn).id === id);
      const turn = end?.params["turn"] as Turn | undefined;
      return {
        id,
        items: completed.map((said) => said.params["item"] as ThreadItem),
        end: turn === undefined ? null : { status: turn.status, error: turn.error },
      };
    });
}
