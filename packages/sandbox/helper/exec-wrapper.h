/*
 * What a Bash runs in the place of each program when BASH_EXEC_WRAPPER names it: asks on the socket CODEX_ESCALATE_SOCKET
 * what becomes of the program, and becomes it, has it run by who answered, or refuses. It has no powers of its own: what it
 * may do, any program beside it may do.
 *
 *   codex-execve-wrapper FILE ARGV0 [ARG]...
 *
 * A question has a stream of its own, one end of which is sent with a datagram of one byte. On the stream go frames, a
 * length of 32 bits in the order of the machine and as many bytes of JSON:
 *   to    {"file","argv","workdir","env"}
 *   from  {"action": "Run" | "Escalate" | {"Deny": {"reason": TEXT | null}}}
 *   to    {"fds": [NUMBER]...}, with these descriptors, after "Escalate"
 *   from  {"exit_code": NUMBER}
 */

#pragma once

#include "become.h"
#include "json.h"

#define SOCKET_VARIABLE "CODEX_ESCALATE_SOCKET="
#define WRAPPER_VARIABLE "BASH_EXEC_WRAPPER="

enum { EXIT_DENIED = 1, EXIT_NOT_RUN = 126, EXIT_NOT_FOUND = 127, MAX_ANSWER = 65536 };

/* The helper is the wrapper when it is called so. */
static int is_wrapper(const char *path) {
  const char *name = path;
  for (; *path; path++) if (*path == '/') name = path + 1;
  return equal(name, "codex-execve-wrapper");
}

static int begins(const char *text, const char *with) {
  while (*with && *text == *with) text++, with++;
  return !*with;
}

__attribute__((noreturn)) static void deny(const char *reason) {
  put(2, "Execution denied: ");
  put(2, reason);
  put(2, "\n");
  leave(EXIT_DENIED);
}

/* As a shell does it: what cannot be run is told on standard error, and by the exit code. */
__attribute__((noreturn)) static void become_program(char **argv, char **env) {
  s64 error = try_to_become(argv, env);
  put(2, argv[0]);
  put(2, ": cannot be run: error ");
  put_number(2, -error);
  put(2, "\n");
  leave(error == -ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN);
}

static void write_request(struct writer *to, char **command, char **env, const char *workdir) {
  write_text(to, "{\"file\":");
  write_string(to, command[0], length(command[0]));
  write_text(to, ",\"argv\":[");
  for (char **arg = command + 1; *arg; arg++) {
    if (arg != command + 1) write_byte(to, ',');
    write_string(to, *arg, length(*arg));
  }
  write_text(to, "],\"workdir\":");
  write_string(to, workdir, length(workdir));
  write_text(to, ",\"env\":{");
  int first = 1;
  for (; *env; env++) {
    u64 name = 0;
    while ((*env)[name] && (*env)[name] != '=') name++;
    if (!(*env)[name] || begins(*env, SOCKET_VARIABLE) || begins(*env, WRAPPER_VARIABLE)) continue;
    if (!first) write_byte(to, ',');
    first = 0;
    write_string(to, *env, name);
    write_byte(to, ':');
    write_string(to, *env + name + 1, length(*env + name + 1));
  }
  write_text(to, "}}");
}

static const char *receive_answer(s64 stream) {
  static char answer[MAX_ANSWER + 1];
  u32 size = 0;
  if (!receive_all(stream, &size, sizeof size) || size > MAX_ANSWER || !receive_all(stream, answer, size)) deny("nobody has decided");
  answer[size] = 0;
  return answer;
}

/* Has the program run by who decided, with our input and output, and ends as it does. */
__attribute__((noreturn)) static void hand_over(s64 stream) {
  s32 fds[3];
  u64 count = 0;
  char text[] = "{\"fds\":[0,1,2]}";
  u64 at = 8;
  for (s32 fd = 0; fd < 3; fd++) {
    if (call(NR_fcntl, fd, 1 /* F_GETFD */, 0, 0) < 0) continue;
    if (count) text[at++] = ',';
    text[at++] = (char)('0' + fd);
    fds[count++] = fd;
  }
  text[at++] = ']', text[at++] = '}';
  u32 size = (u32)at;
  if (send_with(stream, &size, sizeof size, fds, count) != sizeof size || !send_all(stream, text, at)) deny("it could not be handed over");
  const char *code = member(receive_answer(stream), "\"exit_code\"");
  if (!code) deny("how it ended was not told");
  u64 digits = 0;
  char digit[16];
  for (code = after(code, ""); digits < 15 && code[digits] >= '0' && code[digits] <= '9'; digits++) digit[digits] = code[digits];
  digit[digits] = 0;
  s64 exit_code = number(digit);
  leave(exit_code < 0 ? EXIT_DENIED : (int)exit_code);
}

/* Returns when the program shall run in our place. argv: the wrapper, the file, the arguments. */
static void ask_to_run(char **argv, char **env) {
  static char workdir[4096];
  static struct writer measured, sent;
  s64 socket = -1;
  for (char **at = env; *at; at++) if (begins(*at, SOCKET_VARIABLE)) socket = number(*at + sizeof SOCKET_VARIABLE - 1);
  if (socket < 0) deny("CODEX_ESCALATE_SOCKET names no socket, so that nobody can decide");
  if (!argv[1] || !argv[2]) deny("no program is named");
  if (call(NR_getcwd, workdir, sizeof workdir, 0, 0) < 0 || workdir[0] != '/') deny("the working folder is gone");
  s32 ends[2];
  if (call(NR_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) deny("no socket can be made");
  u8 byte = 0;
  if (send_with(socket, &byte, 1, &ends[1], 1) != 1) deny("nobody is there to decide");
  call(NR_close, ends[1], 0, 0, 0);
  measured.socket = -1;
  write_request(&measured, argv + 1, env, workdir);
  u32 size = (u32)measured.total;
  sent.socket = ends[0];
  if (measured.total > 0x7fffffff || !send_all(ends[0], &size, sizeof size)) deny("nobody has decided");
  write_request(&sent, argv + 1, env, workdir);
  flush_writer(&sent);
  if (sent.broken) deny("nobody has decided");
  const char *action = member(receive_answer(ends[0]), "\"action\"");
  if (after(action, "\"Run\"")) {
    call(NR_close, ends[0], 0, 0, 0);
    return;
  }
  if (after(action, "\"Escalate\"")) hand_over(ends[0]);
  const char *reason = after(member(member(action, "\"Deny\""), "\"reason\""), "\"");
  put(2, "Execution denied: ");
  put_string(2, reason ? reason : "no reason is given");
  put(2, "\n");
  leave(EXIT_DENIED);
}
