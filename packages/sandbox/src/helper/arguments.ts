import { WRAPPER_SOCKET } from "../escalation/escalation.ts";
import { DESCRIPTORS } from "../process/launch.ts";
import type { TerminalSize } from "../process/terminal.ts";

/** What the helper shall do before it starts a command; see `helper/heddle-sandbox-exec.c`. */
export interface HelperPlan {
  /** Ends everything that the command leaves behind; false: becomes the command. */
  readonly watch: boolean;
  /** Whether the program sets up another sandbox: it gets all descriptors, not only the three standard ones. */
  readonly launcher?: boolean;
  /** Gives the command a terminal of this size. */
  readonly terminal?: TerminalSize | null;
  /** Numbers in the helper of the control channel, and in the command of the wrappers' socket; with `watch`. */
  readonly escalation?: { readonly control: number; readonly socket: number } | null;
  /** A descriptor that stays open for the command; null: none but the standard ones. */
  readonly keep?: number | null;
  /** Numbers that descriptors have in the child; null: not there. */
  readonly filter: number | null;
  readonly status: number | null;
  /** What Landlock allows; null: everything, Landlock is not used. */
  readonly files: AllowedFiles | null;
  readonly program: string;
  readonly argv: readonly string[];
}

export interface AllowedFiles {
  readonly listable: readonly string[];
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** Files that can be opened for writing, but not made or removed. */
  readonly devices: readonly string[];
  readonly tcp: boolean;
}

/** Devices that a command may use, as far as they are there. */
export const DEVICES = ["null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts"].map(
  (name) => `/dev/${name}`,
);

/** Where questions about programs come in at a command, and go on from whoever watches over it. */
export const ESCALATION = { control: DESCRIPTORS.control, socket: WRAPPER_SOCKET } as const;

export function helperArguments({
  watch,
  launcher = false,
  terminal = null,
  escalation = null,
  keep = null,
  filter,
  status,
  files,
  program,
  argv,
}: HelperPlan): string[] {
  return [
    ...(watch ? ["--watch"] : []),
    ...(launcher ? ["--launcher"] : []),
    ...(terminal === null ? [] : ["--terminal", `${terminal.rows}`, `${terminal.columns}`]),
    ...(escalation === null ? [] : ["--escalate", `${escalation.control}`, `${escalation.socket}`]),
    ...(keep === null ? [] : ["--keep", `${keep}`]),
    ...(filter === null ? [] : ["--seccomp", `${filter}`]),
    ...(status === null ? [] : ["--status", `${status}`]),
    ...(files === null ? [] : fileArguments(files)),
    "--",
    program,
    ...argv,
  ];
}

function fileArguments({ listable, readable, writable, devices, tcp }: AllowedFiles): string[] {
  const each = (option: string, paths: readonly string[]): string[] => paths.flatMap((path) => [option, path]);
  return [
    ...each("--list", listable),
    ...each("--read", readable),
    ...each("--device", devices),
    ...each("--write", writable),
    ...(tcp ? [] : ["--no-tcp"]),
  ];
}
