/* Types, system calls and constants of the kernel, for both processors. */

#pragma once

typedef unsigned long u64;
typedef long s64;
typedef unsigned int u32;
typedef int s32;
typedef unsigned short u16;
typedef unsigned char u8;

#if defined(__x86_64__)
enum {
  NR_read = 0, NR_write = 1, NR_close = 3, NR_rt_sigaction = 13, NR_rt_sigprocmask = 14, NR_ioctl = 16, NR_pread64 = 17, NR_pwrite64 = 18, NR_getpid = 39,
  NR_clone = 56, NR_execve = 59, NR_wait4 = 61, NR_kill = 62, NR_fcntl = 72, NR_chdir = 80, NR_getppid = 110, NR_setsid = 112, NR_capget = 125, NR_capset = 126, NR_rt_sigtimedwait = 128, NR_prctl = 157,
  NR_getdents64 = 217, NR_exit_group = 231, NR_waitid = 247, NR_openat = 257, NR_ppoll = 271, NR_signalfd4 = 289,
  NR_dup3 = 292, NR_pipe2 = 293, NR_seccomp = 317, NR_memfd_create = 319,
  NR_mmap = 9, NR_munmap = 11, NR_sendto = 44, NR_sendmsg = 46, NR_recvmsg = 47, NR_socketpair = 53, NR_getcwd = 79, NR_setpgid = 109
};
static s64 call6(s64 n, s64 a, s64 b, s64 c, s64 d, s64 e, s64 f) {
  s64 result;
  register s64 r10 __asm__("r10") = d;
  register s64 r8 __asm__("r8") = e;
  register s64 r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
}
__asm__(".globl _start\n_start:\n  xor %ebp, %ebp\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call start\n");
#elif defined(__aarch64__)
enum {
  NR_read = 63, NR_write = 64, NR_close = 57, NR_rt_sigaction = 134, NR_rt_sigprocmask = 135, NR_ioctl = 29, NR_pread64 = 67, NR_pwrite64 = 68, NR_getpid = 172,
  NR_clone = 220, NR_execve = 221, NR_wait4 = 260, NR_kill = 129, NR_fcntl = 25, NR_chdir = 49, NR_getppid = 173, NR_setsid = 157, NR_capget = 90, NR_capset = 91, NR_rt_sigtimedwait = 137, NR_prctl = 167,
  NR_getdents64 = 61, NR_exit_group = 94, NR_waitid = 95, NR_openat = 56, NR_ppoll = 73, NR_signalfd4 = 74,
  NR_dup3 = 24, NR_pipe2 = 59, NR_seccomp = 277, NR_memfd_create = 279,
  NR_mmap = 222, NR_munmap = 215, NR_sendto = 206, NR_sendmsg = 211, NR_recvmsg = 212, NR_socketpair = 199, NR_getcwd = 17, NR_setpgid = 154
};
static s64 call6(s64 n, s64 a, s64 b, s64 c, s64 d, s64 e, s64 f) {
  register s64 x8 __asm__("x8") = n;
  register s64 x0 __asm__("x0") = a;
  register s64 x1 __asm__("x1") = b;
  register s64 x2 __asm__("x2") = c;
  register s64 x3 __asm__("x3") = d;
  register s64 x4 __asm__("x4") = e;
  register s64 x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
__asm__(".globl _start\n_start:\n  mov x29, #0\n  mov x30, #0\n  mov x0, sp\n  b start\n");
#else
#error "no system calls for this processor"
#endif

enum { NR_close_range = 436, NR_landlock_create_ruleset = 444, NR_landlock_add_rule = 445, NR_landlock_restrict_self = 446 };

#define call(n, a, b, c, d) call6(n, (s64)(a), (s64)(b), (s64)(c), (s64)(d), 0, 0)

enum { ENOENT = 2, EINTR = 4, E2BIG = 7, ENOEXEC = 8, EAGAIN = 11, EINVAL = 22, ENOSPC = 28, EPIPE = 32 };
enum { SIGHUP = 1, SIGINT = 2, SIGQUIT = 3, SIGKILL = 9, SIGPIPE = 13, SIGTERM = 15, SIGCHLD = 17 };
enum { POLLIN = 1, POLLOUT = 4 };
enum { AT_FDCWD = -100, O_RDWR = 2, O_NOCTTY = 0400, O_NONBLOCK = 04000, O_CLOEXEC = 02000000, O_PATH = 010000000 };
enum { CAP_DAC_OVERRIDE = 1, CAP_LAST = 63 };
enum { PR_SET_PDEATHSIG = 1, PR_CAPBSET_DROP = 24, PR_SET_CHILD_SUBREAPER = 36, PR_SET_NO_NEW_PRIVS = 38 };
#if defined(__aarch64__)
enum { O_DIRECTORY = 040000, O_NOFOLLOW = 0100000 };
#else
enum { O_DIRECTORY = 0200000, O_NOFOLLOW = 0400000 };
#endif

/* The compiler turns loops into calls of these. */
void *memset(void *to, int value, u64 size) {
  u8 *p = to;
  while (size--) *p++ = (u8)value;
  return to;
}
void *memcpy(void *to, const void *from, u64 size) {
  u8 *p = to;
  const u8 *q = from;
  while (size--) *p++ = *q++;
  return to;
}
