/* Which files a command may use, and what is left of root's powers. */

#pragma once

#include "text.h"

enum {
  EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3, REFER = 1 << 13, TRUNCATE = 1 << 14,
  IOCTL_DEV = 1 << 15, ALL_OF_ABI_1 = (1 << 13) - 1
};
enum { FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV };
enum { TCP = 3 /* bind, connect */, SCOPES = 3 /* abstract sockets, signals */ };

static s64 landlock_abi(void) {
  s64 abi = call(NR_landlock_create_ruleset, 0, 0, 1 /* version */, 0);
  return abi < 0 ? 0 : abi;
}

static u64 handled_rights(s64 abi) {
  return (u64)ALL_OF_ABI_1 | (abi >= 2 ? REFER : 0) | (abi >= 3 ? TRUNCATE : 0) | (abi >= 5 ? IOCTL_DEV : 0);
}

static s64 make_ruleset(s64 abi, int refuse_tcp) {
  struct { u64 fs, net, scoped; } attributes = { handled_rights(abi), refuse_tcp ? TCP : 0, SCOPES };
  u64 size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  return must(call(NR_landlock_create_ruleset, &attributes, size, 0, 0), "landlock_create_ruleset");
}

static void allow(s64 ruleset, const char *path, u64 rights, int follow) {
  struct { u64 rights; s32 fd; } __attribute__((packed)) rule = { rights, 0 };
  s64 fd = call(NR_openat, AT_FDCWD, path, O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW), 0);
  if (fd < 0) return;
  rule.fd = (s32)fd;
  s64 result = call(NR_landlock_add_rule, ruleset, 1 /* path beneath */, &rule, 0);
  if (result == -EINVAL) { /* a file knows no rights of folders */
    rule.rights &= FILE_RIGHTS;
    result = rule.rights ? call(NR_landlock_add_rule, ruleset, 1, &rule, 0) : 0;
  }
  call(NR_close, fd, 0, 0, 0);
  /* What is on no file system (a socket) needs no rule, and takes none. */
  if (result < 0 && !follow) fail(path, result);
}

/* Of root's powers only that of writing to files of other users in the workspace is left. */
static void drop_capabilities(void) {
  /* Without the right to do so, as within bubblewrap, these have been taken away before. */
  for (int capability = 0; capability <= CAP_LAST; capability++) {
    if (capability != CAP_DAC_OVERRIDE) call(NR_prctl, PR_CAPBSET_DROP, capability, 0, 0);
  }
  struct { u32 version; s32 pid; } header = { 0x20080522, 0 };
  struct { u32 effective, permitted, inheritable; } sets[2];
  must(call(NR_capget, &header, sets, 0, 0), "capget");
  const u32 kept = 1 << CAP_DAC_OVERRIDE;
  sets[0].effective &= kept, sets[0].permitted &= kept, sets[0].inheritable &= kept;
  sets[1].effective = sets[1].permitted = sets[1].inheritable = 0;
  must(call(NR_capset, &header, sets, 0, 0), "capset");
}
