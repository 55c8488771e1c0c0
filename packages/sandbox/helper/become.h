/* Becoming a program. */

#pragma once

#include "text.h"

/* argv: the file, then the arguments from the first on. Returns why it could not be. */
static s64 try_to_become(char **argv, char **env) {
  s64 error = call(NR_execve, argv[0], argv + 1, env, 0);
  if (error == -ENOEXEC) { /* a script without its first line, as execvp does it */
    char *name = argv[1];
    argv[1] = argv[0];
    argv[0] = "sh";
    error = call(NR_execve, "/bin/sh", argv, env, 0);
    argv[0] = argv[1];
    argv[1] = name;
  }
  return error;
}
