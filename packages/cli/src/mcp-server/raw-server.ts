/* oxlint-disable typescript/no-deprecated -- the class above this one knows neither our schemas as they are nor notifications of our own */
import { Server, type Implementation, type ServerCapabilities } from "@modelcontextprotocol/server";

/** Answers of any shape are read by us: those of older clients are not what the protocol says. */
const ANY = { "~standard": { version: 1, vendor: "heddle", validate: (value: unknown) => ({ value }) } } as const;
/** A person may take as long as they like. */
const NO_TIMEOUT_MS = 2_147_483_647;

/**
 * The SDK's server without what it does with schemas.
 * @param onError told of lines that are no messages, and the like.
 */
export function createRawServer(
  serverInfo: Implementation,
  capabilities: ServerCapabilities,
  onError: (error: Error) => void,
): Server {
  const server = new Server(serverInfo, {
    capabilities,
    jsonSchemaValidator: { getValidator: () => () => ({ valid: false, data: undefined, errorMessage: "not used" }) },
  });
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's server is no event target
  server.onerror = onError;
  return server;
}

/** Asks the person at the client something, for as long as they take; the answer is as it came. */
export function elicit(
  server: Server,
  question: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<unknown> {
  return server.request({ method: "elicitation/create", params: question }, ANY, { timeout: NO_TIMEOUT_MS, signal });
}

/** Resolves when the client has closed our input, or a signal has come. */
export function inputEnd(interrupt: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.once("end", resolve).once("close", resolve);
    interrupt.addEventListener("abort", () => resolve(), { once: true });
  });
}
