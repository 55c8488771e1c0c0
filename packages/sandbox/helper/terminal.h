/* A terminal for a command, and the messages that stand for its input. */

#pragma once

#include "watch.h"

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
