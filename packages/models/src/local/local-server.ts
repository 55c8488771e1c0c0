import { ModelError } from "../failure.ts";
import { asArray, asNumber, asObject, asString, parseJson, type JsonObject } from "../json.ts";
import type { Environment } from "../provider/built-in-providers.ts";
import { assertHttpUrl } from "../provider/endpoint.ts";
import type { ProviderConfig } from "../provider/provider-config.ts";
import { readText } from "../transport/read-text.ts";
import { createTransport, type Reply } from "../transport/transport.ts";
import { LOCAL_SERVERS } from "./local-models.ts";

/** What getting ready needs of the process around it. */
export interface LocalPreparation {
  readonly provider: ProviderConfig;
  readonly model: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** Told what is going on, for people: getting a model takes minutes. */
  readonly tell: (line: string) => void;
  /** Runs LM Studio's program to its end; null when it is not installed. */
  readonly runLms: (args: readonly string[], signal: AbortSignal) => Promise<{ readonly exitCode: number } | null>;
}

const CONNECT_MS = 5_000;
/** A server that gets or loads a model is silent for long at times. */
const SILENCE_MS = 600_000;

/**
 * Makes sure that a local server answers and has the model, and gets the model where it has not.
 * @returns what goes on in the background and may be left to itself: LM Studio loads the model into memory.
 * @throws ModelError `localServer`, which says what to do. @throws the reason of the signal.
 */
export async function prepareLocalModel(
  preparation: LocalPreparation,
): Promise<{ readonly background: Promise<void> }> {
  const { provider, model, tell, signal } = preparation;
  const { baseUrl } = provider;
  if (baseUrl === null) throw failed(`the provider ${provider.id} has no base_url`);
  assertHttpUrl(baseUrl, `base_url of the model provider \`${provider.id}\`, \`${baseUrl}\`,`);
  const base = baseUrl.replace(/\/+$/, "");
  const server = connect(preparation);
  try {
    if (provider.id === "lmstudio") {
      await prepareLmStudio(base, server, preparation);
      return { background: loadModel(base, model, preparation) };
    }
    await prepareOllama(base.replace(/\/v1$/, ""), server, { model, tell, signal });
    return { background: Promise.resolve() };
  } finally {
    server.close();
  }
}

async function prepareOllama(
  root: string,
  server: Server,
  { model, tell, signal }: Pick<LocalPreparation, "model" | "tell" | "signal">,
): Promise<void> {
  await server.probe(`${root}/v1/models`, LOCAL_SERVERS.ollama);
  const { models } = await server.getJson(`${root}/api/tags`);
  const names = asArray(models).map((entry) => asString(asObject(entry)["name"]));
  if (names.includes(model) || (!model.includes(":") && names.includes(`${model}:latest`))) return;
  tell(`Ollama does not have ${model} yet: pulling it`);
  const reply = await server.post(`${root}/api/pull`, { model, stream: true });
  if (reply.status !== 200) throw failed(`Ollama cannot pull ${model}: ${await errorOf(reply)}`);
  await followPull(reply, { model, tell, signal });
}

/** Reads the lines of a pull; the last one says `success`. */
async function followPull(
  { body }: Reply,
  { model, tell, signal }: Pick<LocalPreparation, "model" | "tell" | "signal">,
): Promise<void> {
  const text = new TextDecoder();
  let rest = "";
  let last = "";
  for (;;) {
    const chunk = await body.read();
    signal.throwIfAborted();
    rest += chunk === null ? `${text.decode()}\n` : text.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = asObject(parseJson(line));
      const error = asString(event["error"]);
      if (error !== null) throw failed(`Ollama cannot pull ${model}: ${error}`);
      const progress = describePull(event);
      if (progress !== "" && progress !== last) tell(progress);
      last = progress === "" ? last : progress;
      if (event["status"] === "success") return;
    }
    if (chunk === null) throw failed(`Ollama broke off pulling ${model}; run the command again to go on`);
  }
}

/** One line per stage, and per tenth of what takes long. */
function describePull({ status, completed, total }: JsonObject): string {
  const stage = asString(status);
  if (stage === null) return "";
  const [done, all] = [asNumber(completed), asNumber(total)];
  if (done === null || all === null || all <= 0) return stage;
  return `${stage}: ${Math.floor((done / all) * 10) * 10} %`;
}

async function prepareLmStudio(base: string, server: Server, preparation: LocalPreparation): Promise<void> {
  const { model, tell, runLms, signal } = preparation;
  const listed = await server.probe(`${base}/models`, LOCAL_SERVERS.lmstudio);
  if (asArray(listed["data"]).some((entry) => asObject(entry)["id"] === model)) return;
  tell(`LM Studio does not have ${model} yet: getting it`);
  const ended = await runLms(["get", "--yes", model], signal);
  signal.throwIfAborted();
  if (ended === null) {
    throw failed(
      `LM Studio does not have ${model}, and its program \`lms\` is not installed. Get the model in LM Studio, or run \`npx lmstudio install-cli\``,
    );
  }
  if (ended.exitCode !== 0) throw failed(`\`lms get --yes ${model}\` failed with exit code ${ended.exitCode}`);
}

/** Asks for an answer of one token: the model is loaded with it, which takes longer than anything else. */
async function loadModel(base: string, model: string, preparation: LocalPreparation): Promise<void> {
  const server = connect(preparation);
  try {
    const reply = await server.post(`${base}/responses`, { model, input: "", max_output_tokens: 1 });
    await readText(reply.body, SILENCE_MS);
  } catch {
    // The first turn will say what is wrong.
  } finally {
    server.close();
  }
}

type LocalServer = (typeof LOCAL_SERVERS)[keyof typeof LOCAL_SERVERS];

interface Server {
  /** What a server answers that may not be there. @throws ModelError `localServer` when it is not. */
  probe(url: string, who: LocalServer): Promise<JsonObject>;
  getJson(url: string): Promise<JsonObject>;
  post(url: string, body: object): Promise<Reply>;
  close(): void;
}

function connect({ provider, env, signal }: LocalPreparation): Server {
  const transport = createTransport({ env, proxy: provider.proxy });
  const headers = { "content-type": "application/json", accept: "application/json" };
  const get = async (url: string): Promise<JsonObject> => {
    const reply = await transport.send({ url, headers, body: null, signal, timeoutMs: CONNECT_MS });
    if (reply.status !== 200) throw failed(`${url} answered ${await errorOf(reply)}`);
    return asObject(parseJson(await readText(reply.body, CONNECT_MS)));
  };
  return {
    async probe(url, { name, remedy }) {
      try {
        return await get(url);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ModelError)) throw error;
        if (error.failure.kind === "localServer") throw error;
        throw failed(`${name} is not running at ${new URL(url).origin}. ${remedy}`, error);
      }
    },
    getJson: get,
    post: (url, body) => transport.send({ url, headers, body: JSON.stringify(body), signal, timeoutMs: SILENCE_MS }),
    close: () => transport.close(),
  };
}

async function errorOf({ status, body }: Reply): Promise<string> {
  const text = await readText(body, CONNECT_MS);
  const { error } = asObject(parseJson(text));
  return asString(error) ?? asString(asObject(error)["message"]) ?? `status ${status}`;
}

function failed(message: string, cause?: unknown): ModelError {
  return new ModelError({ kind: "localServer", message }, cause === undefined ? {} : { cause });
}
