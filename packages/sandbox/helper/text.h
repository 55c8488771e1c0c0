/* Text without a libc, and how a failure is told. */

#pragma once

#include "system-calls.h"

#define EXIT_SETUP_FAILED 70

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
