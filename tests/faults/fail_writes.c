/* Preloaded into the bot: while the file $GENJIN_FAIL_FLAG exists, every Nth write or sync of its database fails, N
   being the number in that file; 0 stands for a full disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long calls;

static int fails(int fd) {
    const char *flag = getenv("GENJIN_FAIL_FLAG");
    FILE *file = flag ? fopen(flag, "r") : NULL;
    if (!file) return 0;
    long every = -1;
    if (fscanf(file, "%ld", &every) != 1) every = -1;
    fclose(file);
    if (every < 0) return 0;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (!strstr(path, "genjin.db")) return 0;
    if (every == 0) return ENOSPC;
    return atomic_fetch_add(&calls, 1) % every == every - 1 ? EIO : 0;
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REAL(pwrite64);
    int error = fails(fd);
    if (error) { errno = error; return -1; }
    return real(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    REAL(pwrite);
    int error = fails(fd);
    if (error) { errno = error; return -1; }
    return real(fd, data, size, at);
}

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    int error = fails(fd);
    if (error) { errno = error; return -1; }
    return real(fd, data, size);
}

int fdatasync(int fd) {
    REAL(fdatasync);
    if (fails(fd)) { errno = EIO; return -1; }
    return real(fd);
}

int fsync(int fd) {
    REAL(fsync);
    if (fails(fd)) { errno = EIO; return -1; }
    return real(fd);
}
