import type { ResolvedConfig } from "@heddle/config";
import { knownProviders, prepareLocalModel } from "@heddle/models";
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { ProcessContext } from "../runtime/process.ts";
import type { LocalModel } from "./local-model.ts";
import type { ExecOptions } from "./options.ts";
import type { Sink } from "./sink.ts";

/**
 * Makes sure that the model of `--oss` can be asked, and gets it where it is not there. Loading it into memory may go on
 * beside the first request, which waits for it at the server; disposing of the result ends that.
 * @throws ModelError which says what to do.
 */
export async function readyLocalModel({
  context,
  options,
  config,
  localModel,
  stderr,
  interrupt,
}: {
  readonly context: ProcessContext;
  readonly options: ExecOptions;
  readonly config: ResolvedConfig;
  readonly localModel: LocalModel;
  readonly stderr: Sink;
  readonly interrupt: AbortSignal;
}): Promise<AsyncDisposable> {
  const { env, userHome } = context;
  const over = new AbortController();
  const provider = knownProviders(config.modelProviders, env)[localModel.provider];
  if (provider === undefined) throw new Error(`the provider ${localModel.provider} is not there`);
  const { background } = await prepareLocalModel({
    provider,
    model: options.model ?? localModel.model,
    env,
    signal: AbortSignal.any([interrupt, over.signal]),
    tell: (line) => stderr.write(`${line}\n`),
    runLms: (args, signal) => runLms(args, { env, userHome, signal }),
  });
  return {
    async [Symbol.asyncDispose]() {
      over.abort(new Error("the run is over"));
      await background;
    },
  };
}

/** Runs `lms` from the PATH or from where LM Studio puts it, with its output shown; null when it is not there. */
async function runLms(
  args: readonly string[],
  {
    env,
    userHome,
    signal,
  }: { readonly env: ProcessContext["env"]; readonly userHome: string; readonly signal: AbortSignal },
): Promise<{ readonly exitCode: number } | null> {
  for (const program of ["lms", join(userHome, ".lmstudio", "bin", "lms")]) {
    const ended = await run(program, args, { env, signal });
    if (ended !== null) return ended;
  }
  return null;
}

function run(
  program: string,
  args: readonly string[],
  { env, signal }: { readonly env: ProcessContext["env"]; readonly signal: AbortSignal },
): Promise<{ readonly exitCode: number } | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, signal, stdio: ["ignore", 2, 2] });
    child.once("error", (error) => {
      if ("code" in error && error.code === "ENOENT") resolve(null);
      else if (signal.aborted) reject(signal.reason);
      else reject(error);
    });
    child.once("close", (code) => resolve({ exitCode: code ?? 1 }));
  });
}
