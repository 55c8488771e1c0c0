import { createFeedbackLog, type ServerFront, type ServerPlace } from "@heddle/app-server";
import { resolveHome } from "@heddle/config";
import { createIdentity } from "./identity.ts";
import type { Runtime, RuntimeOptions } from "./runtime.ts";

/** A front that can be served: closing it closes the engine, if there is one by then. */
export interface OwnedFront extends ServerFront {
  /** Interrupts what runs in all threads. */
  stopTurns(): Promise<void>;
  close(): Promise<void>;
}

/** A front whose engine is loaded when it is first needed. */
export function createLazyFront(options: RuntimeOptions): OwnedFront {
  const { context, originator } = options;
  const log = createFeedbackLog({ now: () => new Date() });
  const warn = log.noting(options.warn);
  const identity = createIdentity({ originator, version: context.version, env: context.env });
  let runtime: Promise<Runtime> | null = null;
  const load = (): Promise<Runtime> => {
    runtime ??= import("./runtime.ts").then(({ createRuntime }) => createRuntime({ ...options, warn, log, identity }));
    return runtime;
  };
  return {
    ...numberedRequests(),
    userAgent: (client) => identity.withClient(client),
    place: () => placeOf(resolveHome(context.env, context.userHome)),
    warn,
    load: async () => (await load()).host,
    async stopTurns() {
      const loaded = await runtime?.catch(() => null);
      await Promise.all((loaded?.engine.loadedThreads() ?? []).map((thread) => thread.interrupt()));
    },
    async close() {
      const loaded = await runtime?.catch(() => null); // what could not be loaded has nothing to close
      await loaded?.close();
    },
  };
}

/** A front over an engine that is there; the engine stays its owner's. */
export function frontOf(runtime: Runtime): ServerFront {
  return {
    ...numberedRequests(),
    userAgent: (client) => runtime.identity.withClient(client),
    place: () => placeOf(runtime.home),
    warn: runtime.warn,
    load: () => Promise.resolve(runtime.host),
  };
}

function placeOf(codexHome: string): ServerPlace {
  const { platform } = process;
  const platformOs = platform === "darwin" ? "macos" : platform === "win32" ? "windows" : platform;
  return { codexHome, platformFamily: platform === "win32" ? "windows" : "unix", platformOs };
}

function numberedRequests(): Pick<ServerFront, "nextRequestId"> {
  let next = 0;
  return { nextRequestId: () => next++ };
}
