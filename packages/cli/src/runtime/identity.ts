import type { ClientIdentity } from "@heddle/app-server";
import { originatorOf, userAgent } from "./user-agent.ts";

/** Who this process is towards clients and model endpoints: the client that introduced itself last is part of it. */
export interface Identity {
  readonly originator: string;
  /** Takes the client in and gives the whole identity. */
  withClient(client: ClientIdentity): string;
  /** As model endpoints are told. */
  current(): string;
}

export function createIdentity(options: {
  /** Who we are unless the environment names somebody else. */
  readonly originator: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Identity {
  const { version, env } = options;
  const originator = originatorOf(env, options.originator);
  let client: ClientIdentity | null = null;
  const current = (): string => userAgent({ originator, version, env, client });
  return {
    originator,
    current,
    withClient(connected) {
      client = connected;
      return current();
    },
  };
}
