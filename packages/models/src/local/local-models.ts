/** The models that local servers run unless another one is named. Source: models spec, section 4. */
export const LOCAL_MODELS = { ollama: "gpt-oss:20b", lmstudio: "openai/gpt-oss-20b" } as const;

type LocalProvider = keyof typeof LOCAL_MODELS;

/** What people know them as, and what to do when they do not answer. */
export const LOCAL_SERVERS = {
  ollama: {
    name: "Ollama",
    remedy: "Start it with `ollama serve`, or install it from https://ollama.com/download",
  },
  lmstudio: {
    name: "LM Studio",
    remedy: "Start its server with `lms server start`, or install it from https://lmstudio.ai/download",
  },
} as const satisfies Record<LocalProvider, object>;

export function isLocalProvider(id: string): id is LocalProvider {
  return Object.hasOwn(LOCAL_MODELS, id);
}
