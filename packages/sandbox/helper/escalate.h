/*
 * The other end of the wrapper's socket: the process that watches over a sandboxed command passes what the wrappers in it
 * say to who decides, and runs outside of the sandbox what it is told to. It reads none of what they say.
 *
 * CONTROL carries messages of three numbers of 32 bits, KIND, STREAM, SIZE, and SIZE bytes. Streams are numbered as they come.
 *   to CONTROL    'd' bytes of a wrapper   'f' so many descriptors came with the bytes that follow (4 bytes)
 *                 'c' a wrapper has gone   'x' its program has ended with this code (4 bytes)
 *   from CONTROL  'd' bytes for a wrapper  'c' let it go
 *                 'x' run a program: how many descriptors, arguments and variables there are, the number that each
 *                     descriptor gets, then texts with a NUL behind each: file, folder, arguments, variables
 */

#pragma once

#include "exec-wrapper.h"
#include "watch.h"

enum { MAX_STREAMS = 64, MAX_ORDER = 16 << 20, FIRST_FREE = 64, CLOSE_RANGE_CLOEXEC = 4 };
enum { PROT_READ_WRITE = 3, MAP_PRIVATE_ANONYMOUS = 0x22 };
enum { READABLE = 1 };

struct stream { s64 fd; u32 number; s64 program; u64 count; s32 fds[MAX_PASSED]; };

struct escalation {
  s64 control, socket, command;
  u64 before; /* the signals that were blocked before */
  u32 last_number;
  struct stream streams[MAX_STREAMS];
};

__attribute__((noreturn)) static void end_all(int code) {
  end_descendants();
  leave(code);
}

static void tell(struct escalation *all, u32 kind, u32 stream, const void *bytes, u32 size) {
  u32 head[3] = { kind, stream, size };
  if (!send_all(all->control, head, sizeof head) || !send_all(all->control, bytes, size)) end_all(128 + SIGTERM);
}

static void drop_fds(struct stream *stream) {
  for (u64 i = 0; i < stream->count; i++) call(NR_close, stream->fds[i], 0, 0, 0);
  stream->count = 0;
}

/* Whose wrapper has gone, or has been let go, ends. */
static void let_go(struct stream *stream) {
  if (stream->program > 0) call(NR_kill, -stream->program, SIGKILL, 0, 0);
  stream->program = 0;
  drop_fds(stream);
  call(NR_close, stream->fd, 0, 0, 0);
  stream->fd = -1;
}

static void take_stream(struct escalation *all, struct stream *free_one) {
  s32 fds[MAX_PASSED];
  u64 count;
  u8 byte;
  s64 received = receive_with(all->socket, &byte, 1, fds, &count);
  if (received == 0) call(NR_close, all->socket, 0, 0, 0), all->socket = -1; /* nobody has the other end */
  if (received == 1 && count == 1) {
    *free_one = (struct stream){ fds[0], ++all->last_number, 0, 0, {0} };
    return;
  }
  for (u64 i = 0; i < count; i++) call(NR_close, fds[i], 0, 0, 0);
}

static void read_stream(struct escalation *all, struct stream *stream) {
  static u8 bytes[65536];
  s32 fds[MAX_PASSED];
  u64 count;
  s64 received = receive_with(stream->fd, bytes, sizeof bytes, fds, &count);
  if (received == -EINTR || received == -EAGAIN) return;
  if (count) {
    u32 told = (u32)count;
    drop_fds(stream);
    for (u64 i = 0; i < count; i++) stream->fds[i] = fds[i];
    stream->count = count;
    tell(all, 'f', stream->number, &told, sizeof told);
  }
  if (received > 0) {
    tell(all, 'd', stream->number, bytes, (u32)received);
    return;
  }
  let_go(stream);
  tell(all, 'c', stream->number, 0, 0);
}

/* In the child: with the wrapper's descriptors and nothing else of ours. */
__attribute__((noreturn)) static void be_program(struct stream *stream, const u32 *targets, char **texts, u64 arguments) {
  status_fd = -1;
  must(call(NR_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC, 0), "close_range");
  for (u64 i = 0; i < stream->count; i++) stream->fds[i] = (s32)must(call(NR_fcntl, stream->fds[i], 1030 /* F_DUPFD_CLOEXEC */, FIRST_FREE, 0), "dup");
  for (int fd = 0; fd < 3; fd++) call(NR_close, fd, 0, 0, 0);
  for (u64 i = 0; i < stream->count; i++) must(call(NR_dup3, stream->fds[i], targets[i], 0, 0), "dup3");
  s64 entered = call(NR_chdir, texts[1], 0, 0, 0);
  if (entered < 0) fail(texts[1], entered);
  texts[1] = texts[0];
  become_program(texts + 1, texts + 2 + arguments + 1);
}

/* Reads an order and starts what it names; 0 when it is none. */
static int run_program(struct escalation *all, struct stream *stream, u8 *order, u64 size) {
  u32 head[3], targets[MAX_PASSED];
  if (size < sizeof head || order[size - 1] != 0) return 0;
  memcpy(head, order, sizeof head);
  u64 count = head[0], arguments = head[1], variables = head[2], at = sizeof head + 4 * count;
  if (count != stream->count || size < at || arguments < 1 || arguments > size || variables > size) return 0;
  memcpy(targets, order + sizeof head, 4 * count);
  for (u64 i = 0; i < count; i++) if (targets[i] >= FIRST_FREE) return 0;
  /* File and folder, arguments and variables, each list with its end. */
  u64 table_size = (2 + arguments + 1 + variables + 1) * sizeof(char *);
  s64 mapped = call6(NR_mmap, 0, (s64)table_size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
  if (mapped < 0 && mapped > -4096) return 0;
  char **texts = (char **)mapped;
  u64 slot = 0, texts_left = 2 + arguments + variables;
  for (; at < size && texts_left > 0; texts_left--) {
    if (slot == 2 + arguments) slot++;
    texts[slot++] = (char *)order + at;
    at += length((char *)order + at) + 1;
  }
  s64 program = 0;
  if (texts_left == 0 && at == size) {
    s64 self = call(NR_getpid, 0, 0, 0, 0);
    program = call6(NR_clone, SIGCHLD, 0, 0, 0, 0, 0);
    if (program == 0) {
      call(NR_setpgid, 0, 0, 0, 0); /* to be ended as a whole */
      die_with(self, SIGKILL);
      call(NR_rt_sigprocmask, 2 /* set */, &all->before, 0, 8);
      be_program(stream, targets, texts, arguments);
    }
  }
  call(NR_munmap, mapped, table_size, 0, 0);
  if (program <= 0) return 0;
  call(NR_setpgid, program, program, 0, 0); /* whichever of us comes first */
  stream->program = program;
  drop_fds(stream);
  return 1;
}

static void obey(struct escalation *all) {
  u32 head[3];
  if (!receive_all(all->control, head, sizeof head) || head[2] > MAX_ORDER) end_all(128 + SIGTERM);
  u64 size = head[2];
  s64 mapped = call6(NR_mmap, 0, (s64)size + 1, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
  if ((mapped < 0 && mapped > -4096) || !receive_all(all->control, (void *)mapped, size)) end_all(128 + SIGTERM);
  struct stream *stream = 0;
  for (int i = 0; i < MAX_STREAMS; i++) if (all->streams[i].fd >= 0 && all->streams[i].number == head[1]) stream = &all->streams[i];
  /* One that does not read its answers is let go: nobody waits for it. */
  int stays = 1;
  if (stream && head[0] == 'd') stays = call6(NR_sendto, stream->fd, mapped, (s64)size, MSG_NOSIGNAL | MSG_DONTWAIT, 0, 0) == (s64)size;
  else if (stream && head[0] == 'x') stays = run_program(all, stream, (u8 *)mapped, size);
  else stays = 0;
  call(NR_munmap, mapped, size + 1, 0, 0);
  if (!stream || stays) return;
  let_go(stream);
  tell(all, 'c', head[1], 0, 0);
}

static void reap(struct escalation *all) {
  s32 status;
  for (s64 pid; (pid = call(NR_wait4, -1, &status, 1 /* do not wait */, 0)) > 0;) {
    int signal = status & 0x7f, code = (status >> 8) & 0xff;
    if (pid == all->command) end_all(signal ? 128 + signal : code);
    for (int i = 0; i < MAX_STREAMS; i++) {
      if (all->streams[i].program != pid) continue;
      u32 told = (u32)(signal ? EXIT_NOT_FOUND : code);
      all->streams[i].program = 0;
      tell(all, 'x', all->streams[i].number, &told, sizeof told);
    }
  }
}

/* As `watch`, and for the wrappers. `socket` is our end. */
__attribute__((noreturn)) static void watch_and_escalate(s64 command, s64 control, s64 socket, const u64 *signals, u64 before) {
  static struct escalation all;
  all.control = control, all.socket = socket, all.command = command, all.before = before;
  for (int i = 0; i < MAX_STREAMS; i++) all.streams[i].fd = -1;
  /* Not closed: what is received would take their numbers. */
  s64 blank = must(call(NR_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0), "opening /dev/null");
  for (int fd = 0; fd < 3; fd++) must(call(NR_dup3, blank, fd, O_CLOEXEC, 0), "dup3");
  s64 signal_fd = must(call(NR_signalfd4, -1, signals, 8, O_CLOEXEC), "signalfd");
  for (;;) {
    struct { s32 fd; u16 wanted, there; } polled[3 + MAX_STREAMS];
    struct stream *free_one = 0;
    for (int i = 0; i < MAX_STREAMS; i++) {
      polled[3 + i].fd = (s32)all.streams[i].fd, polled[3 + i].wanted = READABLE, polled[3 + i].there = 0;
      if (all.streams[i].fd < 0) free_one = &all.streams[i];
    }
    polled[0].fd = (s32)signal_fd, polled[0].wanted = READABLE, polled[0].there = 0;
    polled[1].fd = (s32)control, polled[1].wanted = READABLE, polled[1].there = 0;
    polled[2].fd = free_one ? (s32)all.socket : -1, polled[2].wanted = READABLE, polled[2].there = 0;
    if (call6(NR_ppoll, (s64)polled, 3 + MAX_STREAMS, 0, 0, 8, 0) < 0) continue;
    struct { u32 number; u8 rest[124]; } signal;
    if (polled[0].there && call(NR_read, signal_fd, &signal, sizeof signal, 0) == sizeof signal) {
      if (signal.number != SIGCHLD) end_all(128 + (int)signal.number);
      reap(&all);
    }
    for (int i = 0; i < MAX_STREAMS; i++) {
      if (polled[3 + i].there && all.streams[i].fd == polled[3 + i].fd) read_stream(&all, &all.streams[i]);
    }
    if (polled[1].there) obey(&all);
    if (polled[2].there) take_stream(&all, free_one);
  }
}
