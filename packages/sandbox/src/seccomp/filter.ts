import {
  answer,
  assemble,
  encode,
  jumpIfAnyBit,
  jumpIfAtLeast,
  jumpIfEqual,
  label,
  load,
  mask,
  type Statement,
} from "./bpf.ts";
import { DENIED_SYSCALLS, EXAMINED_SYSCALLS, SOCKET_SYSCALLS, TRUNCATE, type FilterArch } from "./syscalls.ts";

// The words of `struct seccomp_data`. Of each argument the lower half is looked at: what is tested below are ints, of
// which the kernel reads no more either.
const OFFSET_NUMBER = 0;
const OFFSET_ARCH = 4;
const OFFSET_ARGUMENT_0 = 16;
const OFFSET_ARGUMENT_1 = 24;

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const ERRNO = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;

const AUDIT_ARCH: Readonly<Record<FilterArch, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };
/** Set in the numbers of the x32 interface, which would pass every comparison with a number below. */
const X32_BIT = 0x40000000;

/** Flags of clone that make namespaces (NEWTIME is none of them: it shares its bits with the signal). */
const CLONE_NEW_NAMESPACES = 0x7e020000;
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_SEQPACKET = 5;
/** Without the flags that come with the type of a socket. */
const SOCKET_TYPES = 0xf;

/** Which sockets may be made; connected pairs within a command always may. */
export type AllowedSockets = "none" | "internet" | "internetAndUnix";

export interface FilterOptions {
  readonly arch: FilterArch;
  readonly sockets: AllowedSockets;
  /** Refuses `truncate`, too. Default false. */
  readonly withoutTruncate?: boolean;
}

const FAMILIES: Readonly<Record<AllowedSockets, readonly number[]>> = {
  none: [],
  internet: [AF_INET, AF_INET6],
  internetAndUnix: [AF_INET, AF_INET6, AF_UNIX],
};

/** Null for a processor that there is no filter for. */
export function filterArch(arch: NodeJS.Architecture): FilterArch | null {
  return arch === "x64" || arch === "arm64" ? arch : null;
}

/**
 * The seccomp filter of sandboxed commands, as the bytes that bubblewrap and the helper load. It forbids what could undo
 * the mounts, and leaves sockets of the internet families at most: whether those reach anything is a matter of the network
 * namespace.
 * A program for another architecture is killed. Source: the sandbox specification, 9.3.
 */
export function seccompFilter(options: FilterOptions): Uint8Array {
  return encode(assemble(filterProgram(options)));
}

function filterProgram({ arch, sockets, withoutTruncate = false }: FilterOptions): Statement[] {
  const examined = EXAMINED_SYSCALLS[arch];
  const denied = [
    ...Object.values(DENIED_SYSCALLS),
    ...(sockets === "none" ? Object.values(SOCKET_SYSCALLS) : []),
    ...(withoutTruncate ? [TRUNCATE] : []),
  ];
  return [
    load(OFFSET_ARCH),
    jumpIfEqual(AUDIT_ARCH[arch], "own architecture"),
    answer(KILL_PROCESS),
    label("own architecture"),

    load(OFFSET_NUMBER),
    ...(arch === "x64" ? [jumpIfAtLeast(X32_BIT, "deny")] : []),
    jumpIfEqual(examined.socket, "socket"),
    jumpIfEqual(examined.socketpair, "socketpair"),
    jumpIfEqual(examined.clone, "clone"),
    // Its flags lie in memory, which a filter cannot read: libc falls back to clone.
    jumpIfEqual(examined.clone3, "not there"),
    jumpIfEqual(examined.ioctl, "ioctl"),
    ...denied.map((numbers) => jumpIfEqual(numbers[arch], "deny")),
    answer(ALLOW),

    label("socket"),
    load(OFFSET_ARGUMENT_0),
    ...FAMILIES[sockets].map((family) => jumpIfEqual(family, "allow")),
    answer(ERRNO | EPERM),

    label("socketpair"),
    load(OFFSET_ARGUMENT_0),
    jumpIfEqual(AF_UNIX, "pair"),
    answer(ERRNO | EPERM),
    label("pair"),
    ...(sockets === "internetAndUnix"
      ? [answer(ALLOW)]
      : [
          // One of datagrams can be sent to any path, whatever it is connected to.
          load(OFFSET_ARGUMENT_1),
          mask(SOCKET_TYPES),
          jumpIfEqual(SOCK_STREAM, "allow"),
          jumpIfEqual(SOCK_SEQPACKET, "allow"),
          answer(ERRNO | EPERM),
        ]),

    label("clone"),
    load(OFFSET_ARGUMENT_0),
    jumpIfAnyBit(CLONE_NEW_NAMESPACES, "deny"),
    answer(ALLOW),

    label("ioctl"),
    load(OFFSET_ARGUMENT_1),
    // Both put characters into the terminal's input, to be read by the shell outside.
    jumpIfEqual(TIOCSTI, "deny"),
    jumpIfEqual(TIOCLINUX, "deny"),

    label("allow"),
    answer(ALLOW),
    label("not there"),
    answer(ERRNO | ENOSYS),
    label("deny"),
    answer(ERRNO | EPERM),
  ];
}
