/*
 * heddle-sandbox-exec: restricts itself as it is told and becomes, or watches over, a command.
 *
 *   heddle-sandbox-exec --probe
 *   heddle-sandbox-exec --spawner PARENT FD
 *   heddle-sandbox-exec [OPTION]... -- PROGRAM ARGV0 [ARG]...
 *   codex-execve-wrapper FILE ARGV0 [ARG]...      under this name: see exec-wrapper.h
 *
 *   --probe          prints the version of Landlock's interface (0: none) and ends
 *   --spawner PARENT FD
 *                    starts commands with options as below, as often as it is asked to on standard input (messages.h);
 *                    ends, and all of them with it, when PARENT does, which has to be the parent, or the input; FD is
 *                    this program
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
 *   --escalate CONTROL INSIDE
 *                    with --watch, whose process stays outside of the sandbox: gives the command a socket as descriptor
 *                    INSIDE, over which wrappers in it ask, and carries out what CONTROL says to them; see escalate.h
 *   --keep FD        leaves this descriptor open, too
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

#include "become.h"
#include "escalate.h"
#include "exec-wrapper.h"
#include "landlock.h"
#include "spawner.h"
#include "terminal.h"
#include "text.h"
#include "watch.h"

struct options {
  s64 parent, seccomp_fd, rows, columns, control, inside;
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

/* But the first three and those in `kept`. */
static void close_all_but(const s64 *kept, int count) {
  for (s64 next = 3;;) {
    s64 nearest = -1;
    for (int i = 0; i < count; i++) if (kept[i] >= next && (nearest < 0 || kept[i] < nearest)) nearest = kept[i];
    if (nearest != next) must(call(NR_close_range, next, nearest < 0 ? ~0U : nearest - 1, 0, 0), "close_range");
    if (nearest < 0) return;
    next = nearest + 1;
  }
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
    else if (equal(*argv, "--parent") || equal(*argv, "--seccomp") || equal(*argv, "--status") || equal(*argv, "--keep")) argv++;
    else if (equal(*argv, "--terminal") || equal(*argv, "--escalate")) argv += 2;
  }
  /* Its own output can be opened again by the names in /dev, wherever it goes. */
  allow(ruleset, "/proc/self/fd/1", (READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV) & all, 1);
  allow(ruleset, "/proc/self/fd/2", (READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV) & all, 1);
  must(call(NR_landlock_restrict_self, ruleset, 0, 0, 0), "landlock_restrict_self");
  call(NR_close, ruleset, 0, 0, 0);
}

__attribute__((noreturn)) static void become(char **argv, char **env) { fail(argv[0], try_to_become(argv, env)); }

__attribute__((noreturn)) static void run(char **argv, char **env, s64 parent) {
  struct options options = { parent, -1, 0, 0, -1, -1, 0, 0, 0, 0 };
  char **at = argv;
  for (; *at && !equal(*at, "--"); at++) {
    if (equal(*at, "--watch")) options.watch = 1;
    else if (equal(*at, "--launcher")) options.launcher = 1;
    else if (equal(*at, "--no-tcp")) options.no_tcp = 1;
    else if (!at[1]) fail("usage: an option lacks its value", 0);
    else if (equal(*at, "--terminal") && at[2]) options.rows = number(at[1]), options.columns = number(at[2]), at += 2;
    else if (equal(*at, "--escalate") && at[2]) options.control = number(at[1]), options.inside = number(at[2]), at += 2;
    else if (equal(*at, "--keep")) options.inside = number(*++at);
    else if (equal(*at, "--parent")) options.parent = number(*++at);
    else if (equal(*at, "--seccomp")) options.seccomp_fd = number(*++at);
    else if (equal(*at, "--status")) status_fd = (int)number(*++at);
    else if (equal(*at, "--list") || equal(*at, "--read") || equal(*at, "--device") || equal(*at, "--write")) options.landlock = 1, at++;
    else fail("usage: an option is not known", 0);
  }
  if (!*at || !at[1] || !at[2]) fail("usage: [OPTION]... -- PROGRAM ARGV0 [ARG]...", 0);
  char **command = at + 1;

  if (status_fd >= 0) must(call(NR_fcntl, status_fd, 2 /* F_SETFD */, 1 /* FD_CLOEXEC */, 0), "fcntl");
  if (options.control >= 0 && !options.watch) fail("usage: --escalate needs --watch", 0);
  s64 kept[] = { options.seccomp_fd, status_fd, options.control, options.control < 0 ? options.inside : -1 };
  if (!options.launcher) close_all_but(kept, 4);
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
    s32 ends[2] = { -1, -1 };
    if (options.control >= 0) {
      must(call(NR_fcntl, options.control, 2 /* F_SETFD */, 1 /* FD_CLOEXEC */, 0), "fcntl");
      pair(SOCK_SEQPACKET, ends);
    }
    s64 child = fork_self();
    if (child > 0 && options.control >= 0) {
      call(NR_close, ends[1], 0, 0, 0);
      watch_and_escalate(child, options.control, ends[0], &signals, before);
    }
    if (child > 0) watch(child, &signals, options.launcher);
    if (options.control >= 0) must(call(NR_dup3, ends[1], options.inside, 0, 0), "dup3");
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

__attribute__((noreturn, used)) void start(u64 *stack) {
  char **argv = (char **)(stack + 1) + 1, **env = (char **)(stack + 1) + *stack + 1;
  if (is_wrapper(argv[-1])) {
    ask_to_run(argv - 1, env);
    become_program(argv, env);
  }
  if (*stack == 2 && equal(argv[0], "--probe")) {
    put_number(1, landlock_abi());
    put(1, "\n");
    leave(0);
  }
  if (*stack == 4 && equal(argv[0], "--spawner")) spawner(number(argv[1]), number(argv[2]));
  run(argv, env, -1);
}
