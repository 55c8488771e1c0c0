/** Processors for which there is a filter; the names are those of `process.arch`. */
export type FilterArch = "x64" | "arm64";

/**
 * System calls that no sandboxed command may make, with their numbers. Each is a way around the view that the mounts
 * give, into other processes, or into corners of the kernel with a record of holes. All answer EPERM.
 * Source: the sandbox specification, 9.3; numbers of the kernel's tables (arm64 has the generic ones).
 */
export const DENIED_SYSCALLS: Readonly<Record<string, Readonly<Record<FilterArch, number>>>> = {
  // Other processes.
  ptrace: { x64: 101, arm64: 117 },
  process_vm_readv: { x64: 310, arm64: 270 },
  process_vm_writev: { x64: 311, arm64: 271 },
  process_madvise: { x64: 440, arm64: 440 },
  pidfd_getfd: { x64: 438, arm64: 438 },
  kcmp: { x64: 312, arm64: 272 },
  // Work that the kernel does past this filter.
  io_uring_setup: { x64: 425, arm64: 425 },
  io_uring_enter: { x64: 426, arm64: 426 },
  io_uring_register: { x64: 427, arm64: 427 },
  // Mounts, by the old interface and the new one.
  mount: { x64: 165, arm64: 40 },
  umount2: { x64: 166, arm64: 39 },
  open_tree: { x64: 428, arm64: 428 },
  move_mount: { x64: 429, arm64: 429 },
  fsopen: { x64: 430, arm64: 430 },
  fsconfig: { x64: 431, arm64: 431 },
  fsmount: { x64: 432, arm64: 432 },
  fspick: { x64: 433, arm64: 433 },
  mount_setattr: { x64: 442, arm64: 442 },
  open_tree_attr: { x64: 467, arm64: 467 },
  pivot_root: { x64: 155, arm64: 41 },
  chroot: { x64: 161, arm64: 51 },
  // Namespaces.
  unshare: { x64: 272, arm64: 97 },
  setns: { x64: 308, arm64: 268 },
  // Code in the kernel.
  bpf: { x64: 321, arm64: 280 },
  perf_event_open: { x64: 298, arm64: 241 },
  userfaultfd: { x64: 323, arm64: 282 },
  init_module: { x64: 175, arm64: 105 },
  finit_module: { x64: 313, arm64: 273 },
  delete_module: { x64: 176, arm64: 106 },
  kexec_load: { x64: 246, arm64: 104 },
  kexec_file_load: { x64: 320, arm64: 294 },
  // Keys of the user.
  add_key: { x64: 248, arm64: 217 },
  request_key: { x64: 249, arm64: 218 },
  keyctl: { x64: 250, arm64: 219 },
  // Files by their handles, past every mount.
  open_by_handle_at: { x64: 304, arm64: 265 },
  name_to_handle_at: { x64: 303, arm64: 264 },
  // The machine.
  reboot: { x64: 169, arm64: 142 },
  swapon: { x64: 167, arm64: 224 },
  swapoff: { x64: 168, arm64: 225 },
  acct: { x64: 163, arm64: 89 },
  quotactl: { x64: 179, arm64: 60 },
  quotactl_fd: { x64: 443, arm64: 443 },
  settimeofday: { x64: 164, arm64: 170 },
  clock_settime: { x64: 227, arm64: 112 },
  syslog: { x64: 103, arm64: 116 },
};

/** Those that nobody needs who can make no socket: refused where there is no network namespace to keep sockets in. */
export const SOCKET_SYSCALLS: Readonly<Record<string, Readonly<Record<FilterArch, number>>>> = {
  connect: { x64: 42, arm64: 203 },
  bind: { x64: 49, arm64: 200 },
  listen: { x64: 50, arm64: 201 },
  accept: { x64: 43, arm64: 202 },
  accept4: { x64: 288, arm64: 242 },
};

/** Changes a file by its path, past a Landlock that does not know it (before version 3 of its interface). */
export const TRUNCATE: Readonly<Record<FilterArch, number>> = { x64: 76, arm64: 45 };

/** System calls whose arguments decide. */
export const EXAMINED_SYSCALLS: Readonly<Record<FilterArch, ExaminedSyscalls>> = {
  x64: { socket: 41, socketpair: 53, clone: 56, clone3: 435, ioctl: 16 },
  arm64: { socket: 198, socketpair: 199, clone: 220, clone3: 435, ioctl: 29 },
};

interface ExaminedSyscalls {
  readonly socket: number;
  readonly socketpair: number;
  readonly clone: number;
  readonly clone3: number;
  readonly ioctl: number;
}
