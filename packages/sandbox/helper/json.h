/* The little JSON that the wrapper writes and reads. */

#pragma once

#include "sockets.h"

/* Where text goes; without a socket it is only measured. */
struct writer { s64 socket; u64 total, at; int broken; u8 buffer[4096]; };

static void flush_writer(struct writer *to) {
  if (to->at && !send_all(to->socket, to->buffer, to->at)) to->broken = 1;
  to->at = 0;
}

static void write_byte(struct writer *to, u8 byte) {
  to->total++;
  if (to->socket < 0) return;
  to->buffer[to->at++] = byte;
  if (to->at == sizeof to->buffer) flush_writer(to);
}

static void write_text(struct writer *to, const char *text) {
  while (*text) write_byte(to, (u8)*text++);
}

/* Bytes that are no UTF-8 go as they are: who reads decides about them. */
static void write_string(struct writer *to, const char *text, u64 size) {
  write_byte(to, '"');
  for (u64 i = 0; i < size; i++) {
    u8 byte = (u8)text[i];
    if (byte == '"' || byte == '\\') write_byte(to, '\\');
    if (byte >= 0x20) write_byte(to, byte);
    else {
      write_text(to, "\\u00");
      write_byte(to, (u8)('0' + (byte >> 4)));
      write_byte(to, (u8)"0123456789abcdef"[byte & 15]);
    }
  }
  write_byte(to, '"');
}

/* The text behind `token`, 0 when it does not come next or `text` is 0 itself. */
static const char *after(const char *text, const char *token) {
  if (!text) return 0;
  while (*text == ' ' || *text == '\n' || *text == '\r' || *text == '\t') text++;
  while (*token && *text == *token) text++, token++;
  return *token ? 0 : text;
}

/* The value of the first member, which has to have this name. */
static const char *member(const char *text, const char *name) { return after(after(after(text, "{"), name), ":"); }

/* Prints a string whose opening quote is behind us. What is escaped and no line break is left out: it may be for a terminal. */
static void put_string(int fd, const char *text) {
  char buffer[512];
  u64 at = 0;
  for (; *text && *text != '"'; text++) {
    char byte = *text;
    if (byte == '\\') {
      byte = *++text;
      if (!byte) break;
      if (byte == 'n') byte = '\n';
      else if (byte == 'u') {
        for (int i = 0; i < 4 && text[1]; i++) text++;
        byte = '?';
      } else if (byte != '"' && byte != '\\' && byte != '/') byte = ' ';
    }
    if (at == sizeof buffer) call(NR_write, fd, buffer, at, 0), at = 0;
    buffer[at++] = byte;
  }
  call(NR_write, fd, buffer, at, 0);
}
