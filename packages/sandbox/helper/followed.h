/* The commands that the spawner has started: their output, input and end. */

#pragma once

#include "messages.h"

enum { MAX_COMMANDS = 1024, MAX_LAST_PIECES = 4 };

/* A place is free while it has no id; a descriptor that is closed is -1. */
struct followed {
  u32 id;
  s32 pid; /* 0 once it has ended */
  s32 output[2];
  u8 paused[2];
  s32 input, status;
  u32 input_at, input_size;
  int input_ends;
};

static struct followed commands[MAX_COMMANDS];
static u8 inputs[MAX_COMMANDS][INPUT_SIZE];
/* Places from here on have never been used. */
static int used_places;

/* What is waited for: requests, ends, then for each command what it has open and we want of it, and nothing else: the
 * system takes no more entries than a process may have descriptors. Of each of these: three times its place, and which. */
static struct { s32 fd; u16 wanted, there; } polled[2 + 3 * MAX_COMMANDS];
static u16 polled_for[2 + 3 * MAX_COMMANDS];
static u64 polled_count;

static struct followed *place_of(u32 id) {
  for (int i = 0; i < used_places; i++) if (commands[i].id == id) return &commands[i];
  return 0;
}

static struct followed *unused_place(void) {
  struct followed *place = place_of(0);
  if (place || used_places == MAX_COMMANDS) return place;
  return &commands[used_places++];
}

static void close_output(struct followed *command, int stream) {
  if (command->output[stream] >= 0) call(NR_close, command->output[stream], 0, 0, 0);
  command->output[stream] = -1;
}

static void close_input(struct followed *command) {
  if (command->input >= 0) call(NR_close, command->input, 0, 0, 0);
  command->input = -1;
}

static void forget_if_over(struct followed *command) {
  if (command->pid == 0 && command->output[0] < 0 && command->output[1] < 0) command->id = 0;
}

/* Passes on a piece of what it has written; 0 when there is nothing for now. */
static int forward_output(struct followed *command, int stream) {
  u8 *room = room_for(OUTPUT_SIZE);
  s64 n = call(NR_read, command->output[stream], room, OUTPUT_SIZE, 0);
  if (n == -EINTR || n == -EAGAIN) return 0;
  if (n <= 0) n = 0, close_output(command, stream);
  tell_made(command->id, OUTPUT, (u16)(stream + 1), (u64)n);
  return n > 0;
}

/* Writes what it takes of its input, and says so when it has all. */
static void feed_input(struct followed *command) {
  u8 *bytes = inputs[command - commands];
  s64 error = 0;
  while (command->input_at < command->input_size) {
    s64 n = call(NR_write, command->input, bytes + command->input_at, command->input_size - command->input_at, 0);
    if (n == -EINTR) continue;
    if (n == -EAGAIN) return;
    if (n < 0) error = n, command->input_at = command->input_size;
    else command->input_at += (u32)n;
  }
  command->input_at = command->input_size = 0;
  if (error || command->input_ends) close_input(command);
  tell_event(command->id, TAKEN, (u16)-error, 0, 0);
}

static void take_input(struct followed *command, const u8 *bytes, u32 size) {
  if (size > INPUT_SIZE) fail("more input than there is room for", 0);
  if (command->input < 0) return tell_event(command->id, TAKEN, EPIPE, 0, 0);
  memcpy(inputs[command - commands], bytes, size);
  command->input_at = 0, command->input_size = size, command->input_ends = size == 0;
  feed_input(command);
}

/* Says how a command has ended, and what it has written until then, as far as it is wanted. */
static void note_end(struct followed *command, u16 signal, u32 code) {
  close_input(command);
  for (int stream = 0; stream < 2; stream++) {
    /* Somebody who got away may write on. */
    for (int piece = 0; piece < MAX_LAST_PIECES && command->output[stream] >= 0 && !command->paused[stream]; piece++) {
      if (!forward_output(command, stream)) break;
    }
  }
  u8 *room = room_for(sizeof code + STATUS_SIZE);
  memcpy(room, &code, sizeof code);
  s64 size = call(NR_pread64, command->status, room + sizeof code, STATUS_SIZE, 0);
  tell_made(command->id, EXITED, signal, sizeof code + (size > 0 ? (u64)size : 0));
  call(NR_close, command->status, 0, 0, 0);
  command->pid = 0;
  forget_if_over(command);
}

static void note_ends(s64 signals) {
  u8 notes[1024];
  call(NR_read, signals, notes, sizeof notes, 0);
  for (;;) {
    struct { s32 signal, error, code, unused, pid, user, status; u8 rest[100]; } ended;
    ended.pid = 0;
    if (call6(NR_waitid, 0 /* any */, 0, (s64)&ended, 4 | 1 | 0x01000000 /* exited; do not wait, do not reap */, 0, 0) < 0 || ended.pid == 0) return;
    /* As long as it is not reaped its id is that of no other process, nor of another group. */
    call(NR_kill, -ended.pid, SIGKILL, 0, 0);
    call(NR_wait4, ended.pid, 0, 0, 0);
    int killed = ended.code != 1 /* CLD_EXITED */;
    for (int i = 0; i < used_places; i++) {
      if (commands[i].id && commands[i].pid == ended.pid) note_end(&commands[i], killed ? (u16)ended.status : 0, (u32)ended.status);
    }
  }
}

/* Waits until something has to be done; whether there are requests. */
static int wait_for_events(s32 signals) {
  polled_count = 2;
  polled[0].fd = 0, polled[0].wanted = POLLIN;
  polled[1].fd = signals, polled[1].wanted = POLLIN;
  for (int i = 0; i < used_places; i++) {
    const struct followed *command = &commands[i];
    for (int which = 0; which < 3 && command->id; which++) {
      s32 fd = which == 2 ? (command->input_at < command->input_size ? command->input : -1)
                          : command->paused[which] ? -1 : command->output[which];
      if (fd < 0) continue;
      polled[polled_count].fd = fd, polled[polled_count].wanted = which == 2 ? POLLOUT : POLLIN, polled[polled_count].there = 0;
      polled_for[polled_count++] = (u16)(3 * i + which);
    }
  }
  if (call6(NR_ppoll, (s64)polled, (s64)polled_count, 0, 0, 8, 0) < 0) polled[1].there = 0, polled[0].there = 0;
  return polled[0].there != 0;
}

/* Once for each that `wait_for_events` has found. */
static void pass_on(void) {
  for (u64 at = 2; at < polled_count; at++) {
    if (!polled[at].there) continue;
    struct followed *command = &commands[polled_for[at] / 3];
    int which = polled_for[at] % 3;
    if (which == 2) feed_input(command);
    else forward_output(command, which), forget_if_over(command);
  }
}
