/* Sockets between processes of this machine, and descriptors that pass through them. */

#pragma once

#include "text.h"

enum { AF_UNIX = 1, SOCK_STREAM = 1, SOCK_SEQPACKET = 5, SOCK_CLOEXEC = 02000000 };
enum { MSG_DONTWAIT = 0x40, MSG_NOSIGNAL = 0x4000, MSG_CMSG_CLOEXEC = 0x40000000 };
enum { SOL_SOCKET = 1, SCM_RIGHTS = 1, SCM_PIDFD = 4 };
enum { MAX_PASSED = 16, PASSED_HEAD = 16 };

struct vector { void *bytes; u64 size; };
struct passed { u64 size; s32 level, type, fds[MAX_PASSED]; };
struct message { void *name; u64 name_size; struct vector *parts; u64 part_count; void *control; u64 control_size; u64 flags; };

static void pair(int type, s32 ends[2]) {
  must(call(NR_socketpair, AF_UNIX, type | SOCK_CLOEXEC, 0, ends), "socketpair");
}

/* Sends bytes with descriptors; how many bytes went. */
static s64 send_with(s64 socket, void *bytes, u64 size, const s32 *fds, u64 count) {
  struct vector part = { bytes, size };
  struct passed passed = { PASSED_HEAD + 4 * count, SOL_SOCKET, SCM_RIGHTS, {0} };
  struct message message = { 0, 0, &part, 1, count ? &passed : 0, count ? (PASSED_HEAD + 4 * count + 7) / 8 * 8 : 0, 0 };
  for (u64 i = 0; i < count; i++) passed.fds[i] = fds[i];
  for (;;) {
    s64 sent = call(NR_sendmsg, socket, &message, MSG_NOSIGNAL, 0);
    if (sent != -EINTR) return sent;
  }
}

/*
 * Receives what is there, without waiting; descriptors go to `fds`, which has room for MAX_PASSED, and `count` of them came.
 * Whoever has the same end of the socket can have more told with each message, which comes before or behind them and may
 * be a descriptor itself: what is not asked for is closed.
 */
static s64 receive_with(s64 socket, void *bytes, u64 size, s32 *fds, u64 *count) {
  u8 control[512] __attribute__((aligned(8)));
  struct vector part = { bytes, size };
  struct message message = { 0, 0, &part, 1, control, sizeof control, 0 };
  *count = 0;
  s64 received = call(NR_recvmsg, socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC, 0);
  if (received < 0) return received;
  for (u64 at = 0; at + PASSED_HEAD <= message.control_size;) {
    struct { u64 size; s32 level, type; } head;
    memcpy(&head, control + at, PASSED_HEAD);
    if (head.size < PASSED_HEAD || head.size > message.control_size - at) break;
    int brings = head.level == SOL_SOCKET && (head.type == SCM_RIGHTS || head.type == SCM_PIDFD);
    for (u64 next = PASSED_HEAD; brings && next + 4 <= head.size; next += 4) {
      s32 fd;
      memcpy(&fd, control + at + next, sizeof fd);
      if (head.type == SCM_RIGHTS && *count < MAX_PASSED) fds[(*count)++] = fd;
      else if (fd >= 0) call(NR_close, fd, 0, 0, 0);
    }
    at += (head.size + 7) / 8 * 8;
  }
  return received;
}

/* 0 when nobody reads any more. */
static int send_all(s64 socket, const void *bytes, u64 size) {
  const u8 *at = bytes;
  while (size > 0) {
    s64 sent = call6(NR_sendto, socket, (s64)at, (s64)size, MSG_NOSIGNAL, 0, 0);
    if (sent == -EINTR) continue;
    if (sent <= 0) return 0;
    at += sent, size -= (u64)sent;
  }
  return 1;
}

/* 0 when they do not all come. */
static int receive_all(s64 socket, void *bytes, u64 size) {
  u8 *at = bytes;
  while (size > 0) {
    s64 received = call(NR_read, socket, at, size, 0);
    if (received == -EINTR) continue;
    if (received <= 0) return 0;
    at += received, size -= (u64)received;
  }
  return 1;
}
