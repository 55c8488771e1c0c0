/* What the spawner and the process that has started it say to each other; see ../src/process/spawner/messages.ts. */

#pragma once

#include "text.h"

/* In front of every message; numbers with the lower byte first. `id` is the command's, which the requests choose. */
struct header { u32 size, id; u16 kind, detail; };

enum request {
  START = 1,        /* starts a command */
  INPUT = 2,        /* bytes for its standard input, INPUT_SIZE at most, the next when they are TAKEN; none: there are no more */
  PAUSE = 3,        /* of the stream `detail`, 1 or 2, nothing is read */
  RESUME = 4,
  CLOSE = 5,        /* nothing more of it is wanted */
  SIGNAL = 6,       /* sends signal `detail` to the process that was started */
  SIGNAL_GROUP = 7, /* and to all of its group */
};

enum event {
  READY = 1,   /* once, before all others; 4 bytes: the version of Landlock's interface, 0: none */
  STARTED = 2, /* 4 bytes: its process id */
  FAILED = 3,  /* it was not started; 4 bytes: the number of the error */
  OUTPUT = 4,  /* bytes of the stream `detail`; none: there are no more */
  TAKEN = 5,   /* the last input was written, or `detail` is the number of the error */
  EXITED = 6,  /* its code, or 128 and the signal in `detail`; bytes: the code (4), then what it wrote to its status file */
};

enum { OUTPUT_SIZE = 65536, INPUT_SIZE = 16384, STATUS_SIZE = 4096 };

/* Events that are told together. */
static u8 events[2 * OUTPUT_SIZE];
static u64 events_size;

static void tell_events(void) {
  for (u64 at = 0; at < events_size;) {
    s64 n = call(NR_write, 1, events + at, events_size - at, 0);
    if (n == -EINTR) continue;
    if (n <= 0) leave(0); /* Nobody is there any more; the commands end with us. */
    at += (u64)n;
  }
  events_size = 0;
}

/* Where the bytes of the next event go; there is room for so many. */
static u8 *room_for(u64 size) {
  if (sizeof events - events_size < sizeof(struct header) + size) tell_events();
  return events + events_size + sizeof(struct header);
}

/* Its bytes are there already. */
static void tell_made(u32 id, u16 kind, u16 detail, u64 size) {
  struct header header = { (u32)size, id, kind, detail };
  memcpy(events + events_size, &header, sizeof header);
  events_size += sizeof header + size;
}

static void tell_event(u32 id, u16 kind, u16 detail, const void *bytes, u64 size) {
  memcpy(room_for(size), bytes, size);
  tell_made(id, kind, detail, size);
}
