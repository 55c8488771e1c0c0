import { createPeer, isJsonObject, type JsonValue, type Peer, type Transport } from "@heddle/protocol";

/** A message of the server, as a test sees it. */
export interface Heard {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** How a test answers what the server asks. */
export type Answer = (params: Readonly<Record<string, unknown>>) => unknown;

/** A client without opinions: sends what it is told, keeps everything it hears, answers as it is told. */
export interface WireClient {
  readonly peer: Peer;
  /** Notifications and requests of the server, in order. */
  readonly heard: readonly Heard[];
  request(method: string, params?: JsonValue): Promise<unknown>;
  /** How requests of this method are answered from now on. Without an answer they stay open. */
  answer(method: string, answer: Answer): void;
  /** Resolves with the first message that fits, heard already or still to come. */
  hear(method: string, fits?: (params: Heard["params"]) => boolean): Promise<Heard["params"]>;
}

export function createWireClient(transport: Transport): WireClient {
  const heard: Heard[] = [];
  const answers = new Map<string, Answer>();
  const waiting = new Set<(message: Heard) => void>();
  const note = (method: string, params: unknown): Heard => {
    const message: Heard = { method, params: isJsonObject(params) ? params : {} };
    heard.push(message);
    for (const look of waiting) look(message);
    return message;
  };
  const peer = createPeer(transport, {
    async request({ method, params, signal }) {
      const message = note(method, params);
      const answer = answers.get(method);
      if (answer !== undefined) return answer(message.params);
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
    notification: ({ method, params }) => void note(method, params),
  });
  return {
    peer,
    heard,
    request: (method, params) => peer.request(method, params),
    answer: (method, answer) => void answers.set(method, answer),
    hear(method, fits = () => true) {
      return new Promise((resolve) => {
        const isIt = (message: Heard): boolean => message.method === method && fits(message.params);
        const found = heard.find(isIt);
        if (found !== undefined) return resolve(found.params);
        const look = (message: Heard): void => {
          if (!isIt(message)) return;
          waiting.delete(look);
          resolve(message.params);
        };
        waiting.add(look);
      });
    },
  };
}
