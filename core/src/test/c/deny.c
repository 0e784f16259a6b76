/* Runs a program for which a system call fails: deny CALL ERRNO [CMD] PROGRAM ..., CMD for fcntl alone. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int number_of(const char *call)
{
    if (strcmp(call, "flock") == 0)
        return SYS_flock;
    if (strcmp(call, "fallocate") == 0)
        return SYS_fallocate;
    if (strcmp(call, "fcntl") == 0)
        return SYS_fcntl;
    fprintf(stderr, "deny: unknown call %s\n", call);
    exit(2);
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return 2;
    unsigned call = (unsigned)number_of(argv[1]), error = (unsigned)atoi(argv[2]);
    int has_command = call == SYS_fcntl;
    unsigned command = has_command ? (unsigned)atoi(argv[3]) : 0;
    struct sock_filter any[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_filter one[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, command, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = has_command
        ? (struct sock_fprog){sizeof one / sizeof *one, one}
        : (struct sock_fprog){sizeof any / sizeof *any, any};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
        perror("deny");
        return 2;
    }
    char **program = argv + (has_command ? 4 : 3);
    execvp(program[0], program);
    perror(program[0]);
    return 2;
}
