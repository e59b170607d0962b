/*
 * Times questions one after the other, over one UDP socket or one TCP connection to 127.0.0.1, in random order, and writes for each
 * answer the place of its question (uint32) and the nanoseconds it took (uint32), both in the machine's order.
 *
 *   cc -O2 -o round-trips round-trips.c && ./round-trips udp|tcp PORT SOURCE SAMPLES SEED < questions > times
 *
 * Questions come as over TCP: two octets of length, then the message. SAMPLES 0: each question once. An answer that does not
 * come within a second counts as 0 nanoseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define MOST_QUESTIONS 400000

static unsigned char *questions[MOST_QUESTIONS];
static uint32_t order[MOST_QUESTIONS];
static uint32_t count;
static uint64_t state;

static uint32_t draw(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return state >> 32;
}

static void read_questions(void) {
  unsigned char head[2];
  while (count < MOST_QUESTIONS && fread(head, 1, 2, stdin) == 2) {
    int length = head[0] << 8 | head[1];
    unsigned char *question = malloc(length + 2);
    memcpy(question, head, 2);
    if (fread(question + 2, 1, length, stdin) != (size_t)length) exit(2);
    order[count] = count;
    questions[count++] = question;
  }
  for (uint32_t i = count; i > 1; i--) {
    uint32_t other = draw() % i, kept = order[i - 1];
    order[i - 1] = order[other];
    order[other] = kept;
  }
}

static int open_socket(int stream, int port, const char *source) {
  int descriptor = socket(AF_INET, stream ? SOCK_STREAM : SOCK_DGRAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET};
  struct timeval patience = {1, 0};
  int yes = 1;
  inet_pton(AF_INET, source, &address.sin_addr);
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) perror("bind"), exit(1);
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  address.sin_port = htons(port);
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) perror("connect"), exit(1);
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (stream) setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return descriptor;
}

/* Octets of a message that begins with `id`; others, which came too late, are passed over. -1: none in time. */
static int receive(int descriptor, int stream, uint16_t id) {
  static unsigned char octets[65537];
  for (;;) {
    int length = recv(descriptor, octets, stream ? 2 : sizeof octets, stream ? MSG_WAITALL : 0);
    if (length < 2) return -1;
    if (stream) {
      int announced = octets[0] << 8 | octets[1];
      length = recv(descriptor, octets, announced, MSG_WAITALL);
      if (length != announced) return -1;
    }
    if ((octets[0] << 8 | octets[1]) == id) return length;
  }
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ull + time.tv_nsec;
}

int main(int arguments, char **argument) {
  if (arguments != 6) return 2;
  int stream = strcmp(argument[1], "tcp") == 0;
  int descriptor = open_socket(stream, atoi(argument[2]), argument[3]);
  uint32_t samples = atoi(argument[4]);
  state = atoi(argument[5]) * 2 + 1;
  read_questions();
  if (count == 0) return 2;
  for (uint32_t sample = 0; sample < (samples == 0 ? count : samples); sample++) {
    uint32_t which = samples == 0 ? order[sample] : draw() % count;
    unsigned char *question = questions[which];
    int length = question[0] << 8 | question[1];
    question[2] = sample >> 8;
    question[3] = sample;
    uint64_t begin = now();
    if (send(descriptor, question + (stream ? 0 : 2), length + (stream ? 2 : 0), 0) < 0) return perror("send"), 1;
    int received = receive(descriptor, stream, sample & 0xffff);
    uint32_t result[2] = {which, received < 0 ? 0 : (uint32_t)(now() - begin)};
    if (fwrite(result, sizeof result, 1, stdout) != 1) return 1;
  }
  return 0;
}
