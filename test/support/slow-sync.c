/* Makes every fsync and fdatasync of a process take SLOW_SYNC_MS milliseconds longer (5 by
 * default), as a disk that syncs slowly does. Nothing else changes.
 * cc -shared -fPIC -o slow-sync.so test/support/slow-sync.c && LD_PRELOAD=$PWD/slow-sync.so npm test
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void pause_a_little(void) {
  const char *text = getenv("SLOW_SYNC_MS");
  long ms = text ? atol(text) : 5;
  struct timespec left = {ms / 1000, (ms % 1000) * 1000000L};
  while (nanosleep(&left, &left) != 0) {
  }
}

int fsync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  pause_a_little();
  return real(fd);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  pause_a_little();
  return real(fd);
}
