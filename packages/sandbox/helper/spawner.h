/*
 * Starts commands for the process that has started us, and follows them to their end: pipes, output, input, signals.
 *
 * Both directions are streams of messages: a header, and as many bytes as it says. Requests come on standard input, events
 * go to standard output, and wait there for the one who reads: whoever does not read its events wants nothing of us.
 */

#pragma once

#include "followed.h"
#include "landlock.h"
#include "watch.h"

/* Does what `arguments` say, which end with a null, as the child of `parent` (-1: of anybody). */
__attribute__((noreturn)) static void run(char **arguments, char **environment, s64 parent);

/* What the bytes of START begin with. Behind it: the filter, then strings: the folder, the arguments, the environment. */
struct start_request { u32 filter_size, arguments, variables, with_input; };

/* Requests that have come and are not carried out; a START has all strings of a command. */
static u8 requests[4 << 20];
static u64 requests_size;

/* The two ends of each of its pipes, files that a command gets, and what started it. */
struct equipment { s32 input[2], output[2], error[2], filter, status, blank, helper; s64 spawner; u64 signals; };

enum { FIRST_OURS = 16 }; /* Below are the numbers that descriptors get in a command. */

static s64 not_below(s64 fd) { return must(call(NR_fcntl, fd, 1030 /* F_DUPFD_CLOEXEC */, FIRST_OURS, 0), "fcntl"); }

/* The command's own process goes on from here as if it had been started with these arguments. */
__attribute__((noreturn)) static void begin(const struct start_request *start, const char *at, const struct equipment *got) {
  static char *strings[1 << 18];
  const s32 descriptors[] = { got->input[0] < 0 ? got->blank : got->input[0], got->output[1], got->error[1], got->filter,
                              got->status, got->helper, got->status, got->status };
  const int count = sizeof descriptors / sizeof *descriptors;
  for (int fd = 0; fd < count; fd++) must(call(NR_dup3, descriptors[fd], fd, 0, 0), "dup3");
  status_fd = count - 1;
  must(call(NR_close_range, count, ~0U, 0, 0), "close_range");
  must(call(NR_rt_sigprocmask, 2 /* set */, &got->signals, 0, 8), "sigprocmask");
  must(call(NR_setsid, 0, 0, 0, 0), "setsid");
  const char *folder = at;
  u64 used = 0, arguments = start->arguments, wanted = arguments + start->variables;
  if (wanted + 2 > sizeof strings / sizeof *strings) fail("too many arguments", -E2BIG);
  for (u64 i = 0; i < wanted; i++) {
    if (i == arguments) strings[used++] = 0;
    at += length(at) + 1;
    strings[used++] = (char *)at;
  }
  if (start->variables == 0) strings[used++] = 0;
  strings[used] = 0;
  must(call(NR_chdir, folder, 0, 0, 0), folder);
  run(strings, strings + arguments + 1, got->spawner);
}

static s64 file_with(const u8 *bytes, u64 size) {
  s64 file = call(NR_memfd_create, "", 9 /* MFD_CLOEXEC, MFD_NOEXEC_SEAL: some systems insist on that, older ones do not know it */, 0, 0);
  if (file == -EINVAL) file = call(NR_memfd_create, "", 1, 0, 0);
  if (file < 0 || size == 0) return file;
  s64 written = call(NR_pwrite64, file, bytes, size, 0);
  if (written == (s64)size) return file;
  call(NR_close, file, 0, 0, 0);
  return written < 0 ? written : -ENOSPC; /* a part of a filter would be another one */
}

/* Ours are the reading ends of output and the writing end of input; those must not make us wait. */
static s64 make_pipe(s32 ends[2], int ours) {
  s64 error = call(NR_pipe2, ends, O_CLOEXEC, 0, 0);
  if (error < 0) ends[0] = ends[1] = -1;
  else call(NR_fcntl, ends[ours], 4 /* F_SETFL */, O_NONBLOCK, 0);
  return error;
}

static void close_quietly(s32 fd) {
  if (fd >= 0) call(NR_close, fd, 0, 0, 0);
}

static void start_command(u32 id, const u8 *bytes, struct equipment got) {
  struct start_request start;
  memcpy(&start, bytes, sizeof start);
  bytes += sizeof start;
  struct followed *command = unused_place();
  s64 error = command ? 0 : -EAGAIN;
  got.input[0] = got.input[1] = got.output[0] = got.output[1] = got.error[0] = got.error[1] = got.filter = got.status = -1;
  if (!error && start.with_input) error = make_pipe(got.input, 1);
  if (error >= 0) error = make_pipe(got.output, 0);
  if (error >= 0) error = make_pipe(got.error, 0);
  if (error >= 0) error = got.filter = (s32)file_with(bytes, start.filter_size);
  if (error >= 0) error = got.status = (s32)file_with(0, 0);
  if (error >= 0) error = call6(NR_clone, SIGCHLD, 0, 0, 0, 0, 0);
  if (error == 0) begin(&start, (const char *)bytes + start.filter_size, &got);
  close_quietly(got.input[0]), close_quietly(got.output[1]), close_quietly(got.error[1]), close_quietly(got.filter);
  if (error < 0) {
    close_quietly(got.input[1]), close_quietly(got.output[0]), close_quietly(got.error[0]), close_quietly(got.status);
    u32 number = (u32)-error;
    tell_event(id, FAILED, 0, &number, sizeof number);
    return;
  }
  *command = (struct followed){ id, (s32)error, { got.output[0], got.error[0] }, { 0, 0 }, got.input[1], got.status, 0, 0, 0 };
  tell_event(id, STARTED, 0, &command->pid, sizeof command->pid);
}

static void carry_out(const struct header *request, const u8 *bytes, struct equipment equipment) {
  if (request->kind == START) return start_command(request->id, bytes, equipment);
  struct followed *command = place_of(request->id);
  if (!command) return; /* It has ended meanwhile. */
  int stream = request->detail - 1;
  if (request->kind == INPUT) take_input(command, bytes, request->size);
  else if (request->kind == PAUSE) command->paused[stream] = 1;
  else if (request->kind == RESUME) command->paused[stream] = 0;
  else if (request->kind == CLOSE) close_output(command, stream), forget_if_over(command);
  else if (command->pid) {
    /* It alone first: it may not lead its group yet, and be about to. */
    call(NR_kill, command->pid, request->detail, 0, 0);
    if (request->kind == SIGNAL_GROUP) call(NR_kill, -command->pid, request->detail, 0, 0);
  }
}

static void take_requests(struct equipment equipment) {
  s64 n = call(NR_read, 0, requests + requests_size, sizeof requests - requests_size, 0);
  if (n == -EINTR) return;
  if (n <= 0) leave(0); /* Nobody is there any more; the commands end with us. */
  requests_size += (u64)n;
  u64 at = 0;
  struct header request;
  for (; requests_size - at >= sizeof request; at += sizeof request + request.size) {
    memcpy(&request, requests + at, sizeof request);
    if (request.size > sizeof requests - sizeof request) fail("a request is too long", 0);
    if (requests_size - at - sizeof request < request.size) break;
    carry_out(&request, requests + at + sizeof request, equipment);
  }
  requests_size -= at;
  if (at > 0) for (u64 i = 0; i < requests_size; i++) requests[i] = requests[at + i];
}

/* `helper`: an open file that is this program. */
__attribute__((noreturn)) static void spawner(s64 parent, s64 helper) {
  die_with(parent, SIGKILL);
  must(call(NR_close_range, helper + 1, ~0U, 0, 0), "close_range");
  struct equipment equipment = { .spawner = call(NR_getpid, 0, 0, 0, 0), .helper = (s32)not_below(helper) };
  s64 blank = must(call(NR_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0), "opening /dev/null");
  equipment.blank = (s32)not_below(blank);
  u64 blocked = 1UL << (SIGCHLD - 1) | 1UL << (SIGPIPE - 1), ended = 1UL << (SIGCHLD - 1);
  must(call(NR_rt_sigprocmask, 0 /* block */, &blocked, &equipment.signals, 8), "sigprocmask");
  s64 signals = not_below(must(call(NR_signalfd4, -1, &ended, 8, O_CLOEXEC), "signalfd"));
  /* What is opened from now on has a number that no descriptor gets in a command. */
  while (must(call(NR_fcntl, blank, 1030 /* F_DUPFD_CLOEXEC */, 0, 0), "fcntl") < FIRST_OURS) {}
  u32 abi = (u32)landlock_abi();
  tell_event(0, READY, 0, &abi, sizeof abi);
  for (;;) {
    tell_events();
    int requested = wait_for_events((s32)signals);
    pass_on();
    if (polled[1].there) note_ends(signals);
    if (requested) take_requests(equipment);
  }
}
