import type { Command } from "commander";
import type { ProcessContext } from "../runtime/process.ts";

/** What a command needs of the command line that it is part of. */
export interface CommandSetup {
  readonly context: ProcessContext;
  /** The words of the command that it is about, held back from the command line (`command-words.ts`). */
  readonly words: () => readonly string[];
  /** The whole command line, every command filled in. */
  readonly wholeProgram: () => Promise<Command>;
  /** Runs the command and keeps its exit code. */
  readonly run: (command: () => Promise<number>) => Promise<void>;
}

/** Gives a bare command its arguments, options, subcommands and action. */
export type RegisterCommand = (command: Command, setup: CommandSetup) => void;

/** A command, as far as the list of commands tells it. */
export interface CommandEntry {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Whether help and completion leave it out. */
  readonly hidden?: boolean;
  /** What it does, in a sentence without a full stop. */
  readonly summary: string;
  /** The rest of it: loaded when the command is called, or its help. */
  readonly load: () => Promise<RegisterCommand>;
}
