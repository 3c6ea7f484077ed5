// Starts a process that inherits nothing, and takes away from a process what it has no use for.
#ifndef ESPALIER_CCONFINE_H
#define ESPALIER_CCONFINE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A pair of connected sockets that are closed in every program that is started; both numbers are
/// above 2. Unlike a pipe's, an end whose other end is gone can be written to without a signal.
///
/// Returns 0, or an error number.
int espalier_pair(int ends[2]);

/// Starts a program with an empty environment in `folder`, as the leader of a process group: `input`
/// is its standard input, `output` its standard output, its standard error goes nowhere, and no other
/// file is open in it.
///
/// `arguments` ends with a null. Returns 0, or an error number.
int espalier_spawn(
    const char *program, char *const arguments[], const char *folder, int input, int output,
    pid_t *process);

/// What `espalier_confine` has put up.
enum {
  ESPALIER_WALL_LIMITS = 1,
  ESPALIER_WALL_PRIVILEGES = 2,
  ESPALIER_WALL_LANDLOCK = 4,
  ESPALIER_WALL_SECCOMP = 8,
};

/// Takes from this process, for good: new privileges, core files, files written, more than
/// `address_space` bytes and `seconds` of processor time; every file and TCP port where the kernel has
/// Landlock; opening, connecting, starting and signalling where it has seccomp.
///
/// Returns the walls that stand; what the kernel does not offer is missing from them.
unsigned espalier_confine(uint64_t address_space, unsigned seconds);

#endif
