/* A load generator: keeps N connections busy (closed loop), or sends at a fixed rate whatever comes back (open loop).

   load HOST PORT PATH TEMPLATE CONNECTIONS SECONDS RATE PREFIX

   In TEMPLATE every '@' becomes a number that no other request of this run has. RATE 0 is a closed loop. In an open loop
   latencies count from the moment a request was due, not from when a connection was free. PREFIX goes before the number.
   Prints one JSON object; "busy" is the share of a core that this program took. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BIG = 65536, KEPT = 4000000 };

struct connection {
    int file, busy, filled, wanted;
    double due;
    char in[BIG];
};

static char template_[BIG], out[BIG];
static const char *host, *path, *prefix;
static int port, epoll, many;
static long sent, fine, refused, broken;
static float *latency;
static struct sockaddr_in address;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double worked(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int wait_(struct epoll_event *events, double seconds) {
    if (seconds < 0) seconds = 0;
    struct timespec t = {.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (time_t)seconds) * 1e9)};
    return epoll_pwait2(epoll, events, 256, &t, NULL);
}

static void open_(struct connection *c) {
    int one = 1;
    c->file = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(c->file, (struct sockaddr *)&address, sizeof address)) {
        perror("connect");
        exit(1);
    }
    setsockopt(c->file, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(c->file, F_SETFL, O_NONBLOCK);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->file, &e);
    c->busy = c->filled = c->wanted = 0;
}

static void ask(struct connection *c, double due) {
    static char body[BIG];
    int n = 0;
    long number = sent++;
    for (char *p = template_; *p; p++) {
        if (*p == '@')
            n += sprintf(body + n, "%s%ld", prefix, number);
        else
            body[n++] = *p;
    }
    int h = sprintf(out, "POST %s HTTP/1.1\r\nhost: %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n", path, host, n);
    memcpy(out + h, body, n);
    c->busy = 1;
    c->due = due;
    c->filled = c->wanted = 0;
    if (write(c->file, out, h + n) != h + n) {
        broken++;
        close(c->file);
        open_(c);
    }
}

/* True once the whole answer is in. */
static int take(struct connection *c) {
    ssize_t n = read(c->file, c->in + c->filled, BIG - 1 - c->filled);
    if (n <= 0) {
        if (n < 0 && errno == EAGAIN) return 0;
        broken += c->busy;
        close(c->file);
        open_(c);
        return 0;
    }
    c->filled += n;
    c->in[c->filled] = 0;
    if (!c->wanted) {
        char *end = strstr(c->in, "\r\n\r\n");
        if (!end) return 0;
        char *length = strcasestr(c->in, "content-length:");
        if (!length && strcasestr(c->in, "transfer-encoding: chunked")) {
            char *last = strstr(end, "\r\n0\r\n\r\n");
            if (!last) return 0;
            c->wanted = last + 7 - c->in;
        } else if (!length) {
            fprintf(stderr, "no content-length: %.300s\n", c->in);
            exit(1);
        } else
            c->wanted = (end + 4 - c->in) + atoi(length + 15);
    }
    if (c->filled < c->wanted) return 0;
    if (c->in[9] == '2') {
        if (fine < KEPT) latency[fine] = (float)(now() - c->due);
        fine++;
    } else {
        if (!refused++) fprintf(stderr, "%.400s\n", c->in);
    }
    c->busy = 0;
    return 1;
}

static int by_size(const void *a, const void *b) {
    float x = *(float *)a, y = *(float *)b;
    return (x > y) - (x < y);
}

static double quantile(double q) {
    long n = fine < KEPT ? fine : KEPT;
    return n ? latency[(long)(q * (n - 1))] * 1e3 : 0;
}

int main(int argc, char **argv) {
    if (argc != 9) return 2;
    host = argv[1], port = atoi(argv[2]), path = argv[3], many = atoi(argv[5]), prefix = argv[8];
    double seconds = atof(argv[6]), rate = atof(argv[7]);
    FILE *file = fopen(argv[4], "r");
    if (!file) return 2;
    template_[fread(template_, 1, BIG - 1, file)] = 0;
    fclose(file);
    latency = malloc(sizeof(float) * KEPT);
    address.sin_family = AF_INET, address.sin_port = htons(port);
    inet_pton(AF_INET, host, &address.sin_addr);
    epoll = epoll_create1(0);
    struct connection *all = calloc(many, sizeof *all);
    for (int i = 0; i < many; i++) open_(all + i);
    double began = now(), due = began, worst = 0;
    long late = 0;
    int next = 0;
    if (rate == 0)
        for (int i = 0; i < many; i++) ask(all + i, now());
    struct epoll_event events[256];
    while (now() - began < seconds) {
        if (rate > 0) {
            double at = now();
            for (int tries = 0; due <= at && tries < many; next = (next + 1) % many) {
                if (all[next].busy) {
                    tries++;
                    continue;
                }
                ask(all + next, due);
                due += 1 / rate;
                tries = 0;
            }
            if (due <= at) late++;
            if (at - due > worst) worst = at - due;
        }
        int n = wait_(events, rate > 0 && due > now() ? due - now() : rate > 0 ? .0005 : .1);
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;
            if (take(c) && rate == 0) ask(c, now());
        }
    }
    double took = now() - began, busy = worked() / took;
    long n = fine < KEPT ? fine : KEPT;
    qsort(latency, n, sizeof *latency, by_size);
    printf("{\"fine\": %ld, \"refused\": %ld, \"broken\": %ld, \"seconds\": %.3f, \"per_second\": %.1f, \"p50_ms\": %.3f, "
           "\"p90_ms\": %.3f, \"p99_ms\": %.3f, \"behind_ms\": %.1f, \"busy\": %.3f}\n",
           fine, refused, broken, took, fine / took, quantile(.5), quantile(.9), quantile(.99), worst * 1e3, busy);
    return 0;
}
