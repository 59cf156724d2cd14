/*
 * A disk that forgets what was not synced. Preloaded into the portal, it keeps beside every file of the database a copy of what
 * that file held at its last fsync: what a power cut would leave. The test kills the process and puts the copies in place.
 *
 * A file that was never synced has no copy: its name would be gone too. A deletion counts once its folder is synced. Calls this
 * shim does not model end the process when they meet a file of the database: a wrong copy must not pass for a disk.
 *
 * POWERCUT_FILE is the database, POWERCUT_DISK the folder of the copies, empty at the start. Random moments rarely fall between
 * a write and its sync. So once there is a file POWERCUT_NOW, the next sync ends the process: before anything of it is kept when
 * the file says "before", with the first half of it kept when it says "half".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 65536
#define FILES 3
#define FOLDER FILES

struct range { off_t at; size_t length; };

struct file {
    char path[PATH_MAX];
    char copy[PATH_MAX];
    int known;          /* opened before in this process */
    int deleted;        /* the name is gone, its folder was not synced yet */
    off_t shortest;     /* the least length since the last sync */
    struct range *dirty;
    size_t count, room;
};

static struct file files[FILES];
static char folder[PATH_MAX];
static signed char owner[FDS];   /* of each descriptor: 1 + index of a file, 1 + FOLDER, or 0 */
static int on;
static const char *now;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void stop(const char *why)
{
    fprintf(stderr, "powercut: %s\n", why);
    abort();
}

__attribute__((constructor)) static void begin(void)
{
    static const char *endings[FILES] = { "", "-wal", "-journal" };
    const char *file = getenv("POWERCUT_FILE"), *disk = getenv("POWERCUT_DISK");
    if (!file || !disk)
        return;
    for (int i = 0; i < FILES; i++) {
        snprintf(files[i].path, PATH_MAX, "%s%s", file, endings[i]);
        snprintf(files[i].copy, PATH_MAX, "%s%s", disk, strrchr(files[i].path, '/'));
        files[i].shortest = LLONG_MAX;
    }
    snprintf(folder, PATH_MAX, "%s", file);
    *strrchr(folder, '/') = 0;
    now = getenv("POWERCUT_NOW");
    on = 1;
}

static int index_of(const char *path)
{
    for (int i = 0; on && path && i < FILES; i++)
        if (strcmp(path, files[i].path) == 0)
            return i;
    return -1;
}

static struct file *file_of(int fd)
{
    return on && fd >= 0 && fd < FDS && owner[fd] > 0 && owner[fd] <= FILES ? &files[owner[fd] - 1] : NULL;
}

static void copy_bytes(int from, int to, off_t at, size_t length)
{
    char buffer[65536];
    while (length > 0) {
        ssize_t got = pread(from, buffer, length < sizeof buffer ? length : sizeof buffer, at);
        if (got <= 0)
            return;     /* truncated since */
        if (syscall(SYS_pwrite64, to, buffer, (size_t)got, at) != got)
            stop("the copy could not be written");
        at += got;
        length -= got;
    }
}

static int open_copy(struct file *f, int flags)
{
    int fd = syscall(SYS_openat, AT_FDCWD, f->copy, O_RDWR | O_CREAT | O_CLOEXEC | flags, 0600);
    if (fd < 0)
        stop("the copy could not be opened");
    return fd;
}

static void note(struct file *f, off_t at, ssize_t length)
{
    if (length <= 0)
        return;
    if (f->count > 0 && f->dirty[f->count - 1].at + (off_t)f->dirty[f->count - 1].length == at) {
        f->dirty[f->count - 1].length += length;
        return;
    }
    if (f->count == f->room) {
        f->room = f->room ? 2 * f->room : 256;
        f->dirty = realloc(f->dirty, f->room * sizeof *f->dirty);
        if (!f->dirty)
            stop("out of memory");
    }
    f->dirty[f->count++] = (struct range){ at, length };
}

static int opened(int fd, const char *path, int flags)
{
    if (fd < 0 || fd >= FDS || !on)
        return fd;
    int i = index_of(path);
    if (i < 0) {
        owner[fd] = path && strcmp(path, folder) == 0 ? 1 + FOLDER : 0;
        return fd;
    }
    pthread_mutex_lock(&gate);
    struct file *f = &files[i];
    struct stat s;
    if (!f->known && fstat(fd, &s) == 0 && s.st_size > 0) {
        /* It was there before this process: all of it is on the disk. Not through this descriptor, which may only write,
           and closing another one of the same file would drop the database's locks: this is before the first lock. */
        int from = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC), to = open_copy(f, O_TRUNC);
        copy_bytes(from, to, 0, s.st_size);
        syscall(SYS_close, from);
        syscall(SYS_close, to);
    }
    if (flags & O_TRUNC)
        f->shortest = 0;
    f->known = 1;
    owner[fd] = 1 + i;
    pthread_mutex_unlock(&gate);
    return fd;
}

static int do_open(int at, const char *path, int flags, mode_t mode)
{
    return opened(syscall(SYS_openat, at, path, flags, mode), path, flags);
}

#define MODE(flags, last) mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list a; va_start(a, last); mode = va_arg(a, mode_t); va_end(a); }

int open(const char *path, int flags, ...) { MODE(flags, flags) return do_open(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, flags) return do_open(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags, flags) return do_open(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags, flags) return do_open(at, path, flags, mode); }
int __open_2(const char *path, int flags) { return do_open(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return do_open(AT_FDCWD, path, flags, 0); }
int creat(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd)
{
    if (fd >= 0 && fd < FDS)
        owner[fd] = 0;
    return syscall(SYS_close, fd);
}

static ssize_t do_pwrite(int fd, const void *data, size_t length, off_t at)
{
    struct file *f = file_of(fd);
    if (!f)
        return syscall(SYS_pwrite64, fd, data, length, at);
    pthread_mutex_lock(&gate);
    ssize_t written = syscall(SYS_pwrite64, fd, data, length, at);
    note(f, at, written);
    pthread_mutex_unlock(&gate);
    return written;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return do_pwrite(fd, data, length, at); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) { return do_pwrite(fd, data, length, at); }

ssize_t write(int fd, const void *data, size_t length)
{
    struct file *f = file_of(fd);
    if (!f)
        return syscall(SYS_write, fd, data, length);
    pthread_mutex_lock(&gate);
    ssize_t written = syscall(SYS_write, fd, data, length);
    note(f, lseek(fd, 0, SEEK_CUR) - (written > 0 ? written : 0), written);
    pthread_mutex_unlock(&gate);
    return written;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    struct file *f = file_of(fd);
    if (!f)
        return syscall(SYS_writev, fd, parts, count);
    pthread_mutex_lock(&gate);
    ssize_t written = syscall(SYS_writev, fd, parts, count);
    note(f, lseek(fd, 0, SEEK_CUR) - (written > 0 ? written : 0), written);
    pthread_mutex_unlock(&gate);
    return written;
}

static int do_truncate(int fd, off_t length)
{
    struct file *f = file_of(fd);
    if (!f)
        return syscall(SYS_ftruncate, fd, length);
    pthread_mutex_lock(&gate);
    int result = syscall(SYS_ftruncate, fd, length);
    if (result == 0 && length < f->shortest)
        f->shortest = length;
    pthread_mutex_unlock(&gate);
    return result;
}

int ftruncate(int fd, off_t length) { return do_truncate(fd, length); }
int ftruncate64(int fd, off64_t length) { return do_truncate(fd, length); }

static void keep(struct file *f, int fd)
{
    struct stat s;
    int to = open_copy(f, f->deleted ? O_TRUNC : 0);
    if (fstat(to, &s) == 0 && s.st_size > f->shortest)
        syscall(SYS_ftruncate, to, f->shortest);
    for (size_t i = 0; i < f->count; i++)
        copy_bytes(fd, to, f->dirty[i].at, f->dirty[i].length);
    if (fstat(fd, &s) == 0)
        syscall(SYS_ftruncate, to, s.st_size);
    syscall(SYS_close, to);
    f->count = 0;
    f->shortest = LLONG_MAX;
    f->deleted = 0;
}

static void cut(struct file *f, int fd)
{
    char how[8] = "";
    int trigger = now ? syscall(SYS_openat, AT_FDCWD, now, O_RDONLY | O_CLOEXEC) : -1;
    if (trigger < 0 || !f || f->count == 0 || read(trigger, how, sizeof how - 1) <= 0)
        return (void)(trigger >= 0 && syscall(SYS_close, trigger));
    if (how[0] == 'h') {
        f->count = (f->count + 1) / 2;
        f->dirty[f->count - 1].length = (f->dirty[f->count - 1].length + 1) / 2;
        keep(f, fd);
    }
    kill(getpid(), SIGKILL);
    pause();
}

static int do_sync(int fd, long call)
{
    int is_folder = on && fd >= 0 && fd < FDS && owner[fd] == 1 + FOLDER;
    struct file *f = file_of(fd);
    if (!f && !is_folder)
        return syscall(call, fd);
    pthread_mutex_lock(&gate);
    cut(f, fd);
    int result = syscall(call, fd);
    if (result == 0 && f)
        keep(f, fd);
    for (int i = 0; result == 0 && is_folder && i < FILES; i++)
        if (files[i].deleted) {
            syscall(SYS_unlinkat, AT_FDCWD, files[i].copy, 0);
            files[i].deleted = 0;
        }
    pthread_mutex_unlock(&gate);
    return result;
}

int fsync(int fd) { return do_sync(fd, SYS_fsync); }
int fdatasync(int fd) { return do_sync(fd, SYS_fdatasync); }

static int removed(const char *path, int result)
{
    int i = index_of(path);
    if (i >= 0 && result == 0) {
        pthread_mutex_lock(&gate);
        files[i].deleted = 1;
        files[i].count = 0;
        files[i].shortest = LLONG_MAX;
        pthread_mutex_unlock(&gate);
    }
    return result;
}

int unlink(const char *path) { return removed(path, syscall(SYS_unlinkat, AT_FDCWD, path, 0)); }
int unlinkat(int at, const char *path, int flags) { return removed(path, syscall(SYS_unlinkat, at, path, flags)); }
int remove(const char *path)
{
    int result = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    return result != 0 && errno == EISDIR ? rmdir(path) : removed(path, result);
}

int rename(const char *from, const char *to)
{
    if (index_of(from) >= 0 || index_of(to) >= 0)
        stop("rename of a file of the database");
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat(int at, const char *from, int there, const char *to)
{
    if (index_of(from) >= 0 || index_of(to) >= 0)
        stop("rename of a file of the database");
    return syscall(SYS_renameat2, at, from, there, to, 0);
}

static void *do_mmap(void *where, size_t length, int protection, int flags, int fd, off_t at)
{
    if (file_of(fd) && (protection & PROT_WRITE) && (flags & MAP_SHARED))
        stop("a file of the database is mapped for writing");
    return (void *)syscall(SYS_mmap, where, length, protection, flags, fd, at);
}

void *mmap(void *where, size_t length, int protection, int flags, int fd, off_t at) { return do_mmap(where, length, protection, flags, fd, at); }
void *mmap64(void *where, size_t length, int protection, int flags, int fd, off64_t at) { return do_mmap(where, length, protection, flags, fd, at); }

int fallocate(int fd, int mode, off_t at, off_t length)
{
    if (file_of(fd))
        stop("fallocate of a file of the database");
    return syscall(SYS_fallocate, fd, mode, at, length);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    if (file_of(fd))
        stop("pwritev to a file of the database");
    return syscall(SYS_pwritev, fd, parts, count, (unsigned long)at, 0UL);
}
