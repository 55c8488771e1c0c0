import type { RunningCommand } from "@heddle/core";
import { invalidRequest } from "@heddle/protocol";

/** The commands of one connection that its client has given names to, while they run. */
export interface ClientCommands {
  /**
   * Takes a name for a command that is about to start. @returns the way to say that it runs, and to give the name back.
   * @throws RpcError when a command of this name runs.
   */
  claim(processId: string): ClaimedName;
  /** @throws RpcError when no command of this name runs. */
  get(processId: string): RunningCommand;
}

export interface ClaimedName {
  started(running: RunningCommand): void;
  release(): void;
}

export function createClientCommands(): ClientCommands {
  /** Null: it has not started yet. */
  const commands = new Map<string, RunningCommand | null>();
  return {
    claim(processId) {
      if (commands.has(processId)) throw invalidRequest(`a command with the process id \`${processId}\` is running`);
      commands.set(processId, null);
      return {
        started: (running) => void commands.set(processId, running),
        release: () => void commands.delete(processId),
      };
    },
    get(processId) {
      const running = commands.get(processId) ?? null;
      if (running === null) throw invalidRequest(`no command with the process id \`${processId}\` is running`);
      return running;
    },
  };
}
