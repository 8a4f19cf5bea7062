/* Writes down every file that a process syncs, and how long it was then, to the file SYNC_RECORD:
 * "1234 /path" a line. What a power cut leaves of a file is at least that much.
 * cc -shared -fPIC -o record-syncs.so test/support/record-syncs.c
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void note(int fd, long long size) {
  char link[64], path[4096], line[4200];
  const char *record = getenv("SYNC_RECORD");
  if (!record) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return;
  path[length] = 0;
  int out = open(record, O_WRONLY | O_APPEND | O_CREAT, 0600);
  if (out < 0) return;
  int written = snprintf(line, sizeof line, "%lld %s\n", size, path);
  if (write(out, line, written) < 0) _exit(3);
  close(out);
}

/* The length before the sync: what is appended meanwhile may not be reached. */
static long long length_of(int fd) {
  struct stat found;
  return fstat(fd, &found) == 0 ? (long long)found.st_size : 0;
}

int fsync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  long long size = length_of(fd);
  int result = real(fd);
  if (result == 0) note(fd, size);
  return result;
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  long long size = length_of(fd);
  int result = real(fd);
  if (result == 0) note(fd, size);
  return result;
}
