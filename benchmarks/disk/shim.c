/* Stands between a process and the file system: records, fails or ends the process at the Nth change of a file.

   Loaded with LD_PRELOAD and told what to do by shim_set(); it looks only at files below one folder. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { PASS, RECORD, FAIL, END };
enum { EIO_FAULT, ENOSPC_FAULT, SHORT_FAULT };
enum { OP_WRITE = 1, OP_TRUNCATE, OP_SYNC, OP_CREATE, OP_UNLINK, OP_RENAME, OP_MARK, OP_SYNC_FOLDER };

static int mode = PASS, fault = EIO_FAULT, log_fd = -1;
static long fail_at = -1, fail_many = 1, operations = 0;
static char folder[4096] = "";
static char *paths[4096];

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int is_ours(const char *path) { return path && folder[0] && strncmp(path, folder, strlen(folder)) == 0; }
static const char *path_of(int fd) { return fd >= 0 && fd < 4096 ? paths[fd] : NULL; }

static void note(int op, const char *path, uint64_t offset, const void *data, uint32_t size) {
    if (mode != RECORD || log_fd < 0) return;
    uint16_t length = (uint16_t)strlen(path);
    unsigned char head[16];
    head[0] = (unsigned char)op;
    memcpy(head + 1, &length, 2);
    memcpy(head + 3, &offset, 8);
    memcpy(head + 11, &size, 4);
    ssize_t (*put)(int, const void *, size_t) = REAL(write);
    if (put(log_fd, head, 15) < 0 || put(log_fd, path, length) < 0) abort();
    if (size && data && put(log_fd, data, size) < 0) abort();
}

/* Returns 1 when this operation is to fail (errno is set), 2 when it is to be done by half and then fail. */
static int is_struck(int can_be_short) {
    long number = ++operations;
    if (mode == END && number == fail_at) _exit(99);
    if (mode != FAIL || number < fail_at || number >= fail_at + fail_many) return 0;
    errno = fault == EIO_FAULT ? EIO : ENOSPC;
    return fault == SHORT_FAULT && can_be_short ? 2 : 1;
}

void shim_set(int new_mode, const char *where, long at, long many, int kind, int record_to) {
    mode = new_mode; fail_at = at; fail_many = many; fault = kind; log_fd = record_to; operations = 0;
    snprintf(folder, sizeof folder, "%s", where);
}
long shim_count(void) { return operations; }
void shim_mark(uint64_t number) { note(OP_MARK, "", number, NULL, 0); }

static void opened(int fd, const char *path, int flags, int existed) {
    if (fd < 0 || fd >= 4096 || !is_ours(path)) return;
    free(paths[fd]);
    paths[fd] = strdup(path);
    if (flags & O_CREAT && !existed) note(OP_CREATE, path, 0, NULL, 0);
}

#define OPEN(name)                                                                                      \
    int name(const char *path, int flags, ...) {                                                        \
        mode_t bits = 0;                                                                                \
        if (flags & O_CREAT) { va_list rest; va_start(rest, flags); bits = va_arg(rest, mode_t); va_end(rest); } \
        int existed = is_ours(path) ? access(path, F_OK) == 0 : 1;                                      \
        if (is_ours(path) && flags & O_CREAT && !existed && is_struck(0)) return -1;                    \
        int fd = REAL(name)(path, flags, bits);                                                         \
        opened(fd, path, flags, existed);                                                               \
        return fd;                                                                                      \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    if (fd >= 0 && fd < 4096) { free(paths[fd]); paths[fd] = NULL; }
    return REAL(close)(fd);
}

#define PWRITE(name, offset_type)                                                          \
    ssize_t name(int fd, const void *data, size_t size, offset_type offset) {              \
        const char *path = path_of(fd);                                                    \
        if (path) {                                                                        \
            int struck = is_struck(1);                                                     \
            if (struck == 1) return -1;                                                    \
            if (struck == 2) { ssize_t done = REAL(name)(fd, data, size / 2, offset); errno = ENOSPC; return done; } \
        }                                                                                  \
        ssize_t done = REAL(name)(fd, data, size, offset);                                 \
        if (path && done > 0) note(OP_WRITE, path, (uint64_t)offset, data, (uint32_t)done); \
        return done;                                                                       \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *data, size_t size) {
    const char *path = path_of(fd);
    off_t offset = path ? lseek(fd, 0, SEEK_CUR) : 0;
    if (path) {
        int struck = is_struck(1);
        if (struck == 1) return -1;
        if (struck == 2) size /= 2;
    }
    ssize_t done = REAL(write)(fd, data, size);
    if (path && done > 0) note(OP_WRITE, path, (uint64_t)offset, data, (uint32_t)done);
    return done;
}

#define TRUNCATE(name, offset_type)                                      \
    int name(int fd, offset_type size) {                                 \
        const char *path = path_of(fd);                                  \
        if (path && is_struck(0)) return -1;                             \
        int done = REAL(name)(fd, size);                                 \
        if (path && done == 0) note(OP_TRUNCATE, path, (uint64_t)size, NULL, 0); \
        return done;                                                     \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define SYNC(name)                                                       \
    int name(int fd) {                                                   \
        const char *path = path_of(fd);                                  \
        if (path && is_struck(0)) return -1;                             \
        int done = REAL(name)(fd);                                       \
        if (path && done == 0) note(OP_SYNC, path, 0, NULL, 0);          \
        return done;                                                     \
    }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
    if (is_ours(path) && is_struck(0)) return -1;
    int done = REAL(unlink)(path);
    if (is_ours(path) && done == 0) note(OP_UNLINK, path, 0, NULL, 0);
    return done;
}

int rename(const char *from, const char *to) {
    if (is_ours(from) && is_struck(0)) return -1;
    int done = REAL(rename)(from, to);
    if (is_ours(from) && done == 0) note(OP_RENAME, from, 0, to, (uint32_t)strlen(to));
    return done;
}
