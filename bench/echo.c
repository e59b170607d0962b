/*
 * The floor of the server benchmark: a single-threaded UDP server on 127.0.0.1 that does nothing but receive by batches,
 * turn the question into an answer by one bit, and send by batches. What it costs is the kernel's own share.
 *
 *   cc -O2 -o echo echo.c && ./echo PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BATCH 64
#define OCTETS 1232

static unsigned char octets[BATCH][OCTETS];
static struct sockaddr_in sources[BATCH];
static struct iovec vectors[BATCH];
static struct mmsghdr messages[BATCH];

static void prepare(void) {
  for (int i = 0; i < BATCH; i++) {
    vectors[i] = (struct iovec){octets[i], OCTETS};
    messages[i].msg_hdr = (struct msghdr){&sources[i], sizeof sources[i], &vectors[i], 1, NULL, 0, 0};
  }
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1]))};
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  int buffer = 4 << 20;
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) return perror("bind"), 1;
  puts("ready");
  fflush(stdout);
  struct pollfd readable = {descriptor, POLLIN, 0};
  for (;;) {
    prepare();
    int received = recvmmsg(descriptor, messages, BATCH, 0, NULL);
    if (received < 0) {
      if (errno == EAGAIN) poll(&readable, 1, -1);
      else if (errno != EINTR) return perror("recvmmsg"), 1;
      continue;
    }
    for (int i = 0; i < received; i++) {
      vectors[i].iov_len = messages[i].msg_len;
      octets[i][2] |= 0x80;
    }
    for (int sent = 0; sent < received;) {
      int now = sendmmsg(descriptor, messages + sent, received - sent, 0);
      sent += now > 0 ? now : 1;
    }
  }
}
