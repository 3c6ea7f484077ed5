#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CConfine.h"

static int limit(int what, rlim_t most) {
  struct rlimit now;
  if (getrlimit(what, &now) != 0) return -1;
  if (now.rlim_max < most) most = now.rlim_max;
  struct rlimit wanted = {most, most};
  return setrlimit(what, &wanted);
}

static int put_limits(uint64_t address_space, unsigned seconds) {
  return limit(RLIMIT_CORE, 0) | limit(RLIMIT_FSIZE, 0) | limit(RLIMIT_AS, address_space) |
         limit(RLIMIT_CPU, seconds) | limit(RLIMIT_NOFILE, 16);
}

// --- Landlock ---------------------------------------------------------------------------------

// The kernel's numbers and layout, so that older headers will do.
enum { CREATE_RULESET = 444, RESTRICT_SELF = 446 };

struct ruleset {
  uint64_t files;
  uint64_t network;
};

/// No rule allows anything: every access that the ruleset handles is refused.
static int put_landlock(void) {
  long version = syscall(CREATE_RULESET, NULL, 0, 1);
  if (version < 1) return -1;
  struct ruleset rules = {.files = (1u << 13) - 1, .network = 0};
  if (version >= 2) rules.files |= 1u << 13;
  if (version >= 3) rules.files |= 1u << 14;
  if (version >= 4) rules.network = 3;
  if (version >= 5) rules.files |= 1u << 15;
  size_t size = version >= 4 ? sizeof rules : sizeof rules.files;
  long descriptor = syscall(CREATE_RULESET, &rules, size, 0);
  if (descriptor < 0) return -1;
  long result = syscall(RESTRICT_SELF, descriptor, 0);
  close((int)descriptor);
  return result == 0 ? 0 : -1;
}

// --- seccomp ----------------------------------------------------------------------------------

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

#ifdef MACHINE
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define REFUSE(number)                                   \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1),   \
      ANSWER(SECCOMP_RET_ERRNO | EACCES)

/// Refuses what opens, connects, starts, traces or signals; the rest is what computing needs.
static int put_seccomp(void) {
  struct sock_filter program[] = {
      LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0),
      ANSWER(SECCOMP_RET_KILL_PROCESS),
      LOAD(nr),
#ifdef __x86_64__
      // The x32 numbers are another way to the same calls.
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      ANSWER(SECCOMP_RET_KILL_PROCESS),
      REFUSE(SYS_open),
      REFUSE(SYS_creat),
      REFUSE(SYS_fork),
      REFUSE(SYS_vfork),
      REFUSE(SYS_unlink),
      REFUSE(SYS_rename),
      REFUSE(SYS_mkdir),
      REFUSE(SYS_link),
      REFUSE(SYS_symlink),
      REFUSE(SYS_chmod),
#endif
      REFUSE(SYS_openat),
      REFUSE(SYS_openat2),
      REFUSE(SYS_unlinkat),
      REFUSE(SYS_renameat2),
      REFUSE(SYS_mkdirat),
      REFUSE(SYS_linkat),
      REFUSE(SYS_symlinkat),
      REFUSE(SYS_fchmodat),
      REFUSE(SYS_truncate),
      REFUSE(SYS_socket),
      REFUSE(SYS_socketpair),
      REFUSE(SYS_connect),
      REFUSE(SYS_bind),
      REFUSE(SYS_execve),
      REFUSE(SYS_execveat),
      REFUSE(SYS_kill),
      REFUSE(SYS_tkill),
      REFUSE(SYS_ptrace),
      REFUSE(SYS_process_vm_readv),
      REFUSE(SYS_process_vm_writev),
      REFUSE(SYS_pidfd_open),
      REFUSE(SYS_pidfd_getfd),
      REFUSE(SYS_pidfd_send_signal),
      REFUSE(SYS_unshare),
      REFUSE(SYS_setns),
      REFUSE(SYS_mount),
      REFUSE(SYS_bpf),
      REFUSE(SYS_perf_event_open),
      REFUSE(SYS_io_uring_setup),
      REFUSE(SYS_userfaultfd),
      REFUSE(SYS_keyctl),
      REFUSE(SYS_memfd_create),
      // Threads are started by `clone`, whose flags can be seen; `clone3` hides them in memory, and
      // glibc goes on with `clone` when there is none.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
      ANSWER(SECCOMP_RET_ERRNO | ENOSYS),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
      LOAD(args[0]),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0),
      ANSWER(SECCOMP_RET_ERRNO | EACCES),
      ANSWER(SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof program / sizeof program[0], program};
  // Threads that a library may have started already are under it too.
  long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
  return result == 0 ? 0 : -1;
}
#else
static int put_seccomp(void) { return -1; }
#endif

unsigned espalier_confine(uint64_t address_space, unsigned seconds) {
  unsigned walls = 0;
  // The grader may be killed; nobody would read what this process computes.
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (put_limits(address_space, seconds) == 0) walls |= ESPALIER_WALL_LIMITS;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return walls;
  walls |= ESPALIER_WALL_PRIVILEGES;
  if (put_landlock() == 0) walls |= ESPALIER_WALL_LANDLOCK;
  if (put_seccomp() == 0) walls |= ESPALIER_WALL_SECCOMP;
  return walls;
}
