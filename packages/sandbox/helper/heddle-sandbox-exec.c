/*
 * heddle-sandbox-exec: restricts itself as it is told and becomes, or watches over, a command.
 *
 *   heddle-sandbox-exec --probe
 *   heddle-sandbox-exec [OPTION]... -- PROGRAM ARGV0 [ARG]...
 *
 *   --probe          prints the version of Landlock's interface (0: none) and ends
 *   --parent PID     ends when this process, which has to be the parent, ends
 *   --watch          stays as the parent of the command, passes its exit code on (128 + n for signal n) and, before it
 *                    ends, ends every descendant that is left; SIGTERM ends them all
 *   --launcher       the command sets up another sandbox, which ends with it: descriptors above 2 stay open, which are
 *                    closed otherwise, what is left when it has ended is not waited for, and it ignores SIGINT and
 *                    SIGQUIT, which a terminal sends to it too and are for the command within, which gets them back
 *   --terminal ROWS COLUMNS
 *                    gives the command a terminal of its own, of which it is the session leader, and passes on what is
 *                    written to it and read from it until the command has ended and all of its output is passed on;
 *                    SIGTERM ends every descendant. Standard input then is a stream of messages of 5 bytes, numbers
 *                    with the lower byte first: 'd' N 0 and N bytes for the terminal to read, 's' ROWS COLUMNS for
 *                    a new size
 *   --seccomp FD     loads the system call filter that is in this file, as the last thing
 *   --status FD      where to say why the set-up failed; nothing is written when the command has started
 *   --list PATH      folders at and below PATH may be listed           \
 *   --read PATH      files at and below PATH may be read and executed  | any of these turns Landlock on: what is not
 *   --device PATH    files at and below PATH may be read and written   | named is refused, and all capabilities but that
 *   --write PATH     everything may be done at and below PATH          / to override file modes are dropped
 *   --no-tcp         refuses TCP as well, where Landlock knows it; with one of the four above
 *
 * The policy is decided by who calls this; nothing is decided here. A path that is not there is left out. Any other
 * failure ends with exit code 70, and the command does not run.
 *
 * Freestanding, so that the same small static file runs on every Linux: no libc, its own entry and system calls.
 */

typedef unsigned long u64;
typedef long s64;
typedef unsigned int u32;
typedef int s32;
typedef unsigned short u16;
typedef unsigned char u8;

#define EXIT_SETUP_FAILED 70

/* ---- system calls ------------------------------------------------------------------------------------------------ */

#if defined(__x86_64__)
enum {
  NR_read = 0, NR_write = 1, NR_close = 3, NR_rt_sigaction = 13, NR_rt_sigprocmask = 14, NR_ioctl = 16, NR_getpid = 39, NR_clone = 56, NR_execve = 59,
  NR_wait4 = 61, NR_kill = 62, NR_fcntl = 72, NR_getppid = 110, NR_setsid = 112, NR_capget = 125, NR_capset = 126, NR_rt_sigtimedwait = 128, NR_prctl = 157,
  NR_getdents64 = 217, NR_exit_group = 231, NR_openat = 257, NR_ppoll = 271, NR_signalfd4 = 289,
  NR_dup3 = 292, NR_seccomp = 317
};
static s64 call6(s64 n, s64 a, s64 b, s64 c, s64 d, s64 e, s64 f) {
  s64 result;
  register s64 r10 __asm__("r10") = d;
  register s64 r8 __asm__("r8") = e;
  register s64 r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
}
__asm__(".globl _start\n_start:\n  xor %ebp, %ebp\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call start\n");
#elif defined(__aarch64__)
enum {
  NR_read = 63, NR_write = 64, NR_close = 57, NR_rt_sigaction = 134, NR_rt_sigprocmask = 135, NR_ioctl = 29, NR_getpid = 172, NR_clone = 220, NR_execve = 221,
  NR_wait4 = 260, NR_kill = 129, NR_fcntl = 25, NR_getppid = 173, NR_setsid = 157, NR_capget = 90, NR_capset = 91, NR_rt_sigtimedwait = 137, NR_prctl = 167,
  NR_getdents64 = 61, NR_exit_group = 94, NR_openat = 56, NR_ppoll = 73, NR_signalfd4 = 74,
  NR_dup3 = 24, NR_seccomp = 277
};
static s64 call6(s64 n, s64 a, s64 b, s64 c, s64 d, s64 e, s64 f) {
  register s64 x8 __asm__("x8") = n;
  register s64 x0 __asm__("x0") = a;
  register s64 x1 __asm__("x1") = b;
  register s64 x2 __asm__("x2") = c;
  register s64 x3 __asm__("x3") = d;
  register s64 x4 __asm__("x4") = e;
  register s64 x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
__asm__(".globl _start\n_start:\n  mov x29, #0\n  mov x30, #0\n  mov x0, sp\n  b start\n");
#else
#error "no system calls for this processor"
#endif

enum { NR_close_range = 436, NR_landlock_create_ruleset = 444, NR_landlock_add_rule = 445, NR_landlock_restrict_self = 446 };

#define call(n, a, b, c, d) call6(n, (s64)(a), (s64)(b), (s64)(c), (s64)(d), 0, 0)

enum { EINTR = 4, ENOEXEC = 8, EAGAIN = 11, EINVAL = 22 };
enum { SIGHUP = 1, SIGINT = 2, SIGQUIT = 3, SIGKILL = 9, SIGTERM = 15, SIGCHLD = 17 };
enum { AT_FDCWD = -100, O_RDWR = 2, O_NOCTTY = 0400, O_NONBLOCK = 04000, O_CLOEXEC = 02000000, O_PATH = 010000000 };
enum { CAP_DAC_OVERRIDE = 1, CAP_LAST = 63 };
enum { PR_SET_PDEATHSIG = 1, PR_CAPBSET_DROP = 24, PR_SET_CHILD_SUBREAPER = 36, PR_SET_NO_NEW_PRIVS = 38 };
#if defined(__aarch64__)
enum { O_DIRECTORY = 040000, O_NOFOLLOW = 0100000 };
#else
enum { O_DIRECTORY = 0200000, O_NOFOLLOW = 0400000 };
#endif

/* The compiler turns loops into calls of these. */
void *memset(void *to, int value, u64 size) {
  u8 *p = to;
  while (size--) *p++ = (u8)value;
  return to;
}
void *memcpy(void *to, const void *from, u64 size) {
  u8 *p = to;
  const u8 *q = from;
  while (size--) *p++ = *q++;
  return to;
}

/* ---- text -------------------------------------------------------------------------------------------------------- */

static u64 length(const char *text) {
  u64 n = 0;
  while (text[n]) n++;
  return n;
}

static int equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

/* -1 for anything but a number */
static s64 number(const char *text) {
  s64 value = 0;
  if (!*text) return -1;
  for (; *text; text++) {
    if (*text < '0' || *text > '9' || value > 100000000) return -1;
    value = value * 10 + (*text - '0');
  }
  return value;
}

static void put(int fd, const char *text) { call(NR_write, fd, text, length(text), 0); }

static void put_number(int fd, s64 value) {
  char digits[24];
  int at = sizeof digits;
  digits[--at] = 0;
  do digits[--at] = (char)('0' + value % 10);
  while (value /= 10);
  put(fd, digits + at);
}

/* ---- failing ----------------------------------------------------------------------------------------------------- */

static int status_fd = -1;

__attribute__((noreturn)) static void leave(int code) {
  for (;;) call(NR_exit_group, code, 0, 0, 0);
}

/* `error` as a system call returns it, 0 for none */
__attribute__((noreturn)) static void fail(const char *what, s64 error) {
  int fd = status_fd < 0 ? 2 : status_fd;
  put(fd, what);
  if (error) put(fd, ": error "), put_number(fd, -error);
  put(fd, "\n");
  leave(EXIT_SETUP_FAILED);
}

static s64 must(s64 result, const char *what) {
  if (result < 0) fail(what, result);
  return result;
}

/* ---- Landlock ---------------------------------------------------------------------------------------------------- */

enum {
  EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3, REFER = 1 << 13, TRUNCATE = 1 << 14,
  IOCTL_DEV = 1 << 15, ALL_OF_ABI_1 = (1 << 13) - 1
};
enum { FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV };
enum { TCP = 3 /* bind, connect */, SCOPES = 3 /* abstract sockets, signals */ };

static s64 landlock_abi(void) {
  s64 abi = call(NR_landlock_create_ruleset, 0, 0, 1 /* version */, 0);
  return abi < 0 ? 0 : abi;
}

static u64 handled_rights(s64 abi) {
  return (u64)ALL_OF_ABI_1 | (abi >= 2 ? REFER : 0) | (abi >= 3 ? TRUNCATE : 0) | (abi >= 5 ? IOCTL_DEV : 0);
}

static s64 make_ruleset(s64 abi, int refuse_tcp) {
  struct { u64 fs, net, scoped; } attributes = { handled_rights(abi), refuse_tcp ? TCP : 0, SCOPES };
  u64 size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  return must(call(NR_landlock_create_ruleset, &attributes, size, 0, 0), "landlock_create_ruleset");
}

static void allow(s64 ruleset, const char *path, u64 rights, int follow) {
  struct { u64 rights; s32 fd; } __attribute__((packed)) rule = { rights, 0 };
  s64 fd = call(NR_openat, AT_FDCWD, path, O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW), 0);
  if (fd < 0) return;
  rule.fd = (s32)fd;
  s64 result = call(NR_landlock_add_rule, ruleset, 1 /* path beneath */, &rule, 0);
  if (result == -EINVAL) { /* a file knows no rights of folders */
    rule.rights &= FILE_RIGHTS;
    result = rule.rights ? call(NR_landlock_add_rule, ruleset, 1, &rule, 0) : 0;
  }
  call(NR_close, fd, 0, 0, 0);
  /* What is on no file system (a socket) needs no rule, and takes none. */
  if (result < 0 && !follow) fail(path, result);
}

/* ---- capabilities ------------------------------------------------------------------------------------------------ */

/* Of root's powers only that of writing to files of other users in the workspace is left. */
static void drop_capabilities(void) {
  /* Without the right to do so, as within bubblewrap, these have been taken away before. */
  for (int capability = 0; capability <= CAP_LAST; capability++) {
    if (capability != CAP_DAC_OVERRIDE) call(NR_prctl, PR_CAPBSET_DROP, capability, 0, 0);
  }
  struct { u32 version; s32 pid; } header = { 0x20080522, 0 };
  struct { u32 effective, permitted, inheritable; } sets[2];
  must(call(NR_capget, &header, sets, 0, 0), "capget");
  const u32 kept = 1 << CAP_DAC_OVERRIDE;
  sets[0].effective &= kept, sets[0].permitted &= kept, sets[0].inheritable &= kept;
  sets[1].effective = sets[1].permitted = sets[1].inheritable = 0;
  must(call(NR_capset, &header, sets, 0, 0), "capset");
}

/* ---- watching over a command --------------------------------------------------------------------------------------- */

/* The parent of a process, from "ID (NAME) STATE PARENT ...", where NAME may hold anything. */
static s64 parent_of(const char *pid) {
  char path[64] = "/proc/", text[512];
  u64 at = 6;
  for (; *pid; pid++) path[at++] = *pid;
  memcpy(path + at, "/stat", 6);
  s64 fd = call(NR_openat, AT_FDCWD, path, O_CLOEXEC, 0);
  if (fd < 0) return -1;
  s64 size = call(NR_read, fd, text, sizeof text - 1, 0);
  call(NR_close, fd, 0, 0, 0);
  while (size > 0 && text[size - 1] != ')') size--;
  if (size <= 0) return -1;
  text[511] = 0;
  s64 parent = 0;
  for (const char *p = text + size + 3; *p >= '0' && *p <= '9'; p++) parent = parent * 10 + (*p - '0');
  return parent;
}

static void kill_children(s64 self) {
  static char entries[32768];
  s64 folder = call(NR_openat, AT_FDCWD, "/proc", O_DIRECTORY | O_CLOEXEC, 0);
  if (folder < 0) return;
  for (s64 size; (size = call(NR_getdents64, folder, entries, sizeof entries, 0)) > 0;) {
    for (s64 at = 0; at < size; at += *(u16 *)(entries + at + 16)) {
      const char *name = entries + at + 19;
      s64 pid = number(name);
      if (pid > 0 && parent_of(name) == self) call(NR_kill, pid, SIGKILL, 0, 0);
    }
  }
  call(NR_close, folder, 0, 0, 0);
}

/* Ends all descendants: whose parent ends becomes a child of ours, so that killing the children again and again ends all.
 * A process that the kernel does not let go of is given up after two seconds. */
static void end_descendants(void) {
  s64 self = call(NR_getpid, 0, 0, 0, 0);
  u64 child_ended = 1UL << (SIGCHLD - 1);
  for (int round = 0; round < 200; round++) {
    s64 pid;
    while ((pid = call(NR_wait4, -1, 0, 1 /* do not wait */, 0)) > 0) {}
    if (pid < 0) return; /* there are none */
    kill_children(self);
    struct { s64 seconds, nanoseconds; } limit = { 0, 10000000 };
    call(NR_rt_sigtimedwait, &child_ended, 0, &limit, 8);
  }
}

__attribute__((noreturn)) static void watch(s64 command, const u64 *signals, int launcher) {
  for (int fd = 0; fd < 3; fd++) call(NR_close, fd, 0, 0, 0);
  for (;;) {
    s64 signal = call(NR_rt_sigtimedwait, signals, 0, 0, 8);
    if (signal == -EINTR || signal == -EAGAIN) continue;
    if (signal != SIGCHLD) {
      end_descendants();
      leave(128 + (int)signal);
    }
    s32 status;
    for (s64 pid; (pid = call(NR_wait4, -1, &status, 1 /* do not wait */, 0)) > 0;) {
      if (pid != command) continue;
      /* Waiting for the end of a namespace would take milliseconds: all its mounts go with it. */
      if (!launcher) end_descendants();
      leave((status & 0x7f) ? 128 + (status & 0x7f) : (status >> 8) & 0xff);
    }
  }
}

/* ---- signals of a terminal ---------------------------------------------------------------------------------------- */

enum { DEFAULT = 0, IGNORE = 1 };

static void on_terminal_signals(u64 what) {
  struct { u64 handler, flags, restorer, mask; } action = { what, 0, 0, 0 };
  must(call(NR_rt_sigaction, SIGINT, &action, 0, 8), "sigaction");
  must(call(NR_rt_sigaction, SIGQUIT, &action, 0, 8), "sigaction");
}

/* ---- dying with the parent --------------------------------------------------------------------------------------- */

static void die_with(s64 parent, int signal) {
  must(call(NR_prctl, PR_SET_PDEATHSIG, signal, 0, 0), "prctl(PR_SET_PDEATHSIG)");
  /* It may have ended before. */
  if (call(NR_getppid, 0, 0, 0, 0) != parent) leave(128 + SIGTERM);
}

/* ---- a terminal for the command ----------------------------------------------------------------------------------- */

enum { POLLIN = 1, POLLOUT = 4 };
enum { TIOCSCTTY = 0x540E, TIOCSWINSZ = 0x5414, TIOCSPTLCK = 0x40045431, TIOCGPTPEER = 0x5441 };
enum { MESSAGE_SIZE = 5, MAX_LAST_READS = 1024 };

/* Both ends. We keep the command's end open, too: without it the output would seem to be at its end. */
struct terminal { s64 ours, command; };

static s64 set_size(s64 terminal, u64 rows, u64 columns) {
  struct { u16 rows, columns, x, y; } size = { (u16)rows, (u16)columns, 0, 0 };
  return call(NR_ioctl, terminal, TIOCSWINSZ, &size, 0);
}

static struct terminal open_terminal(u64 rows, u64 columns) {
  struct terminal terminal;
  s32 unlocked = 0;
  terminal.ours = must(call(NR_openat, AT_FDCWD, "/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0), "opening /dev/ptmx");
  must(call(NR_ioctl, terminal.ours, TIOCSPTLCK, &unlocked, 0), "unlocking the terminal");
  /* Not by its name: what has it in this mount namespace may be another. */
  terminal.command = must(call(NR_ioctl, terminal.ours, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC, 0), "opening the terminal");
  must(set_size(terminal.ours, rows, columns), "setting the terminal's size");
  return terminal;
}

/* In the command's process. */
static void enter_terminal(struct terminal terminal) {
  must(call(NR_setsid, 0, 0, 0, 0), "setsid");
  must(call(NR_ioctl, terminal.command, TIOCSCTTY, 0, 0), "taking the terminal");
  for (int fd = 0; fd < 3; fd++) must(call(NR_dup3, terminal.command, fd, 0, 0), "dup3");
  call(NR_close, terminal.command, 0, 0, 0);
  call(NR_close, terminal.ours, 0, 0, 0);
}

static void write_all(int fd, const u8 *bytes, s64 size) {
  while (size > 0) {
    s64 n = call(NR_write, fd, bytes, size, 0);
    if (n == -EINTR) continue;
    if (n <= 0) return; /* nobody reads any more */
    bytes += n, size -= n;
  }
}

/* Passes on what the command has written so far, at most so many pieces; 0 when there is nothing. */
static int pass_output(struct terminal terminal, int pieces) {
  static u8 buffer[16384];
  for (; pieces > 0; pieces--) {
    s64 n = call(NR_read, terminal.ours, buffer, sizeof buffer, 0);
    if (n == -EINTR) continue;
    if (n <= 0) return 0;
    write_all(1, buffer, n);
  }
  return 1;
}

/* Messages that have come and not been carried out. */
struct input { u8 bytes[8192]; u64 size, left_of_data; };

/* Carries out what has come; 1 when the terminal takes no more for now. */
static int pass_input(struct terminal terminal, struct input *input) {
  u64 at = 0;
  int full = 0;
  for (;;) {
    u64 there = input->size - at;
    const u8 *next = input->bytes + at;
    if (input->left_of_data) {
      u64 n = there < input->left_of_data ? there : input->left_of_data;
      if (n == 0) break;
      s64 written = call(NR_write, terminal.ours, next, n, 0);
      if (written == -EINTR) continue;
      full = written == -EAGAIN;
      if (full) break;
      if (written > 0) n = (u64)written;
      at += n, input->left_of_data -= n;
    } else {
      if (there < MESSAGE_SIZE) break;
      u64 first = next[1] | (u64)next[2] << 8, second = next[3] | (u64)next[4] << 8;
      if (next[0] == 's') set_size(terminal.ours, first, second);
      else input->left_of_data = first;
      at += MESSAGE_SIZE;
    }
  }
  input->size -= at;
  for (u64 i = 0; i < input->size; i++) input->bytes[i] = input->bytes[at + i];
  return full;
}

__attribute__((noreturn)) static void relay(struct terminal terminal, s64 command, s64 signals) {
  static struct input input;
  int has_input = 1, full = 0;
  for (;;) {
    struct { s32 fd; u16 wanted, there; } polled[3] = {
      { (s32)signals, POLLIN, 0 },
      { (s32)terminal.ours, (u16)(POLLIN | (full ? POLLOUT : 0)), 0 },
      { has_input && !full ? 0 : -1, POLLIN, 0 },
    };
    if (call6(NR_ppoll, (s64)polled, 3, 0, 0, 8, 0) < 0) continue;
    if (polled[2].there) {
      s64 n = call(NR_read, 0, input.bytes + input.size, sizeof input.bytes - input.size, 0);
      if (n > 0) input.size += (u64)n;
      else if (n != -EINTR && n != -EAGAIN) has_input = 0;
    }
    if (polled[2].there || full) full = pass_input(terminal, &input);
    if (polled[1].there & POLLIN) pass_output(terminal, 1);
    if (!polled[0].there) continue;
    struct { u32 number; u8 rest[124]; } signal;
    if (call(NR_read, signals, &signal, sizeof signal, 0) != sizeof signal) continue;
    s32 status = 0;
    int ended = signal.number != SIGCHLD;
    if (ended) end_descendants();
    for (s64 pid; !ended && (pid = call(NR_wait4, -1, &status, 1 /* do not wait */, 0)) > 0;) ended = pid == command;
    if (!ended) continue;
    call(NR_kill, -command, SIGKILL, 0, 0);
    call(NR_close, terminal.command, 0, 0, 0);
    /* The kernel hands all over that was written before the end; somebody who got away may write on. */
    pass_output(terminal, MAX_LAST_READS);
    if (signal.number != SIGCHLD) leave(128 + (int)signal.number);
    leave((status & 0x7f) ? 128 + (status & 0x7f) : (status >> 8) & 0xff);
  }
}

static s64 fork_self(void) { return must(call6(NR_clone, SIGCHLD, 0, 0, 0, 0, 0), "fork"); }

/* Goes on in a child in a terminal; ours passes on. */
static void into_terminal(u64 rows, u64 columns, int death_signal) {
  u64 before, signals = 1UL << (SIGCHLD - 1) | 1UL << (SIGTERM - 1) | 1UL << (SIGHUP - 1);
  must(call(NR_rt_sigprocmask, 0 /* block */, &signals, &before, 8), "sigprocmask");
  must(call(NR_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0), "prctl(PR_SET_CHILD_SUBREAPER)");
  struct terminal terminal = open_terminal(rows, columns);
  s64 self = call(NR_getpid, 0, 0, 0, 0), child = fork_self();
  if (child > 0) relay(terminal, child, must(call(NR_signalfd4, -1, &signals, 8, O_CLOEXEC), "signalfd"));
  call(NR_rt_sigprocmask, 2 /* set */, &before, 0, 8);
  die_with(self, death_signal);
  enter_terminal(terminal);
}

/* ---- main -------------------------------------------------------------------------------------------------------- */

struct options {
  s64 parent, seccomp_fd, rows, columns;
  int watch, launcher, landlock, no_tcp;
};

static void load_filter(s64 fd) {
  static char program[8192];
  u64 size = 0;
  for (s64 n; (n = must(call(NR_read, fd, program + size, sizeof program - size, 0), "reading the filter")) > 0;) size += (u64)n;
  struct { u16 count; void *program; } filter = { (u16)(size / 8), program };
  if (size == 0 || size == sizeof program || size % 8) fail("the filter has no valid size", 0);
  must(call(NR_seccomp, 1 /* filter */, 0, &filter, 0), "seccomp");
}

static void close_all_but(s64 a, s64 b) {
  s64 low = a < b ? a : b, high = a < b ? b : a, next = 3;
  for (int i = 0; i < 2; i++) {
    s64 keep = i ? high : low;
    if (keep < next) continue;
    if (keep > next) must(call(NR_close_range, next, keep - 1, 0, 0), "close_range");
    next = keep + 1;
  }
  must(call(NR_close_range, next, ~0U, 0, 0), "close_range");
}

static void restrict_files(char **argv, s64 abi, int no_tcp) {
  s64 ruleset = make_ruleset(abi, no_tcp);
  u64 all = handled_rights(abi);
  for (; !equal(*argv, "--"); argv++) {
    const char *path = argv[1];
    if (equal(*argv, "--list")) allow(ruleset, path, READ_DIR, 0), argv++;
    else if (equal(*argv, "--read")) allow(ruleset, path, EXECUTE | READ_FILE | READ_DIR, 0), argv++;
    else if (equal(*argv, "--device")) allow(ruleset, path, (READ_FILE | WRITE_FILE | READ_DIR | TRUNCATE | IOCTL_DEV) & all, 0), argv++;
    else if (equal(*argv, "--write")) allow(ruleset, path, all, 0), argv++;
    else if (equal(*argv, "--parent") || equal(*argv, "--seccomp") || equal(*argv, "--status")) argv++;
  }
  /* Its own output can be opened again by the names in /dev, wherever it goes. */
  allow(ruleset, "/proc/self/fd/1", (READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV) & all, 1);
  allow(ruleset, "/proc/self/fd/2", (READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV) & all, 1);
  must(call(NR_landlock_restrict_self, ruleset, 0, 0, 0), "landlock_restrict_self");
  call(NR_close, ruleset, 0, 0, 0);
}

__attribute__((noreturn)) static void become(char **argv, char **env) {
  s64 error = call(NR_execve, argv[0], argv + 1, env, 0);
  if (error == -ENOEXEC) { /* a script without its first line, as execvp does it */
    argv[1] = argv[0];
    argv[0] = "sh";
    error = call(NR_execve, "/bin/sh", argv, env, 0);
    argv[0] = argv[1];
  }
  fail(argv[0], error);
}

__attribute__((noreturn, used)) void start(u64 *stack) {
  char **argv = (char **)(stack + 1) + 1, **env = (char **)(stack + 1) + *stack + 1;
  struct options options = { -1, -1, 0, 0, 0, 0, 0, 0 };
  if (*stack == 2 && equal(argv[0], "--probe")) {
    put_number(1, landlock_abi());
    put(1, "\n");
    leave(0);
  }
  char **at = argv;
  for (; *at && !equal(*at, "--"); at++) {
    if (equal(*at, "--watch")) options.watch = 1;
    else if (equal(*at, "--launcher")) options.launcher = 1;
    else if (equal(*at, "--no-tcp")) options.no_tcp = 1;
    else if (!at[1]) fail("usage: an option lacks its value", 0);
    else if (equal(*at, "--terminal") && at[2]) options.rows = number(at[1]), options.columns = number(at[2]), at += 2;
    else if (equal(*at, "--parent")) options.parent = number(*++at);
    else if (equal(*at, "--seccomp")) options.seccomp_fd = number(*++at);
    else if (equal(*at, "--status")) status_fd = (int)number(*++at);
    else if (equal(*at, "--list") || equal(*at, "--read") || equal(*at, "--device") || equal(*at, "--write")) options.landlock = 1, at++;
    else fail("usage: an option is not known", 0);
  }
  if (!*at || !at[1] || !at[2]) fail("usage: [OPTION]... -- PROGRAM ARGV0 [ARG]...", 0);
  char **command = at + 1;

  if (status_fd >= 0) must(call(NR_fcntl, status_fd, 2 /* F_SETFD */, 1 /* FD_CLOEXEC */, 0), "fcntl");
  if (!options.launcher) close_all_but(options.seccomp_fd, status_fd);
  int death_signal = options.watch ? SIGTERM : SIGKILL;
  if (options.parent >= 0) die_with(options.parent, options.rows ? SIGTERM : death_signal);
  if (options.rows) into_terminal((u64)options.rows, (u64)options.columns, death_signal);
  if (options.watch) {
    u64 before, signals = 1UL << (SIGCHLD - 1) | 1UL << (SIGTERM - 1) | 1UL << (SIGHUP - 1);
    /* What a terminal sends is for the command alone, which may have a use for it. */
    u64 blocked = signals | 1UL << (SIGINT - 1) | 1UL << (SIGQUIT - 1);
    must(call(NR_rt_sigprocmask, 0 /* block */, &blocked, &before, 8), "sigprocmask");
    must(call(NR_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0), "prctl(PR_SET_CHILD_SUBREAPER)");
    s64 self = call(NR_getpid, 0, 0, 0, 0);
    s64 child = fork_self();
    if (child > 0) watch(child, &signals, options.launcher);
    call(NR_rt_sigprocmask, 2 /* set */, &before, 0, 8);
    die_with(self, SIGKILL);
  }
  on_terminal_signals(options.launcher ? IGNORE : DEFAULT);
  if (options.landlock || options.seccomp_fd >= 0) must(call(NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)");
  if (options.landlock) {
    s64 abi = landlock_abi();
    if (abi == 0) fail("Landlock is not there", 0);
    restrict_files(argv, abi, options.no_tcp);
    drop_capabilities();
  }
  if (options.seccomp_fd >= 0) {
    load_filter(options.seccomp_fd);
    call(NR_close, options.seccomp_fd, 0, 0, 0);
  }
  become(command, env);
}
