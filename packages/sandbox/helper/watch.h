/* Watching over a command and all its descendants, and dying with the parent. */

#pragma once

#include "text.h"

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

enum { DEFAULT = 0, IGNORE = 1 };

static void on_terminal_signals(u64 what) {
  struct { u64 handler, flags, restorer, mask; } action = { what, 0, 0, 0 };
  must(call(NR_rt_sigaction, SIGINT, &action, 0, 8), "sigaction");
  must(call(NR_rt_sigaction, SIGQUIT, &action, 0, 8), "sigaction");
}

static void die_with(s64 parent, int signal) {
  must(call(NR_prctl, PR_SET_PDEATHSIG, signal, 0, 0), "prctl(PR_SET_PDEATHSIG)");
  /* It may have ended before. */
  if (call(NR_getppid, 0, 0, 0, 0) != parent) leave(128 + SIGTERM);
}
