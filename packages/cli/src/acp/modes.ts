import type { SessionMode, SessionModeState } from "@agentclientprotocol/sdk";
import type { ParamsOf, ResultOf } from "@heddle/protocol";

/** What a mode sets for the turns of a session. */
interface TurnPolicy {
  readonly approvalPolicy: NonNullable<ParamsOf<"turn/start">["approvalPolicy"]>;
  readonly sandboxPolicy: NonNullable<ParamsOf<"turn/start">["sandboxPolicy"]>;
}

interface Mode extends SessionMode {
  readonly policy: TurnPolicy;
}

const BELOW_THE_FOLDER: TurnPolicy["sandboxPolicy"] = {
  type: "workspaceWrite",
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
};

const MODES: readonly Mode[] = [
  {
    id: "read-only",
    name: "Read only",
    description: "Reads and answers; whatever would write is asked about.",
    policy: { approvalPolicy: "onRequest", sandboxPolicy: { type: "readOnly" } },
  },
  {
    id: "agent",
    name: "Agent",
    description: "Writes below the folder of the session; asks before it goes beyond.",
    policy: { approvalPolicy: "onRequest", sandboxPolicy: BELOW_THE_FOLDER },
  },
  {
    id: "careful",
    name: "Careful",
    description: "Asks before every command that is not known to only read.",
    policy: { approvalPolicy: "unlessTrusted", sandboxPolicy: BELOW_THE_FOLDER },
  },
  {
    id: "full-access",
    name: "Full access",
    description: "Never asks, and runs commands without a sandbox.",
    policy: { approvalPolicy: "never", sandboxPolicy: { type: "dangerFullAccess" } },
  },
];

/** A configuration that none of the modes is: it holds until another one is chosen. */
const CONFIGURED: SessionMode = {
  id: "configured",
  name: "As configured",
  description: "What the configuration says.",
};

/** The modes of a session that begins under these settings. */
export function modesOf({ approvalPolicy, sandbox }: ResultOf<"thread/start">): SessionModeState {
  const current = MODES.find(
    ({ policy }) =>
      classic(approvalPolicy) === policy.approvalPolicy && classic(sandbox.type) === policy.sandboxPolicy.type,
  );
  const offered = MODES.map(({ id, name, description }) => ({ id, name, description: description ?? null }));
  return {
    currentModeId: current?.id ?? CONFIGURED.id,
    availableModes: current === undefined ? [CONFIGURED, ...offered] : offered,
  };
}

/** What a mode sets; null for one that leaves everything as configured, undefined for one that does not exist. */
export function policyOfMode(id: string): TurnPolicy | null | undefined {
  if (id === CONFIGURED.id) return null;
  return MODES.find((mode) => mode.id === id)?.policy;
}

/** The protocol has two spellings of each value; modes are written in the older one. */
function classic(value: string): string {
  const camel = value.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return camel === "untrusted" ? "unlessTrusted" : camel;
}
