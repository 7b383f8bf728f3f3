// What the C peers share: they read a request from each line of their input and
// answer with one line, "ok" and numbers, or "skip" and the reason.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *x, const void *y) {
  double d = *(const double *)x - *(const double *)y;
  return d < 0 ? -1 : d > 0;
}

// alloc returns memory in huge pages, where the system has them.
static void *alloc(size_t bytes) {
  size_t huge = 1 << 21;
  char *p = (char *)mmap(0, bytes + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) abort();
  p = (char *)(((size_t)p + huge - 1) & ~(huge - 1));
  madvise(p, bytes, MADV_HUGEPAGE);
  return p;
}

// A helper thread does the second half of a job. It polls for work for a while
// before it sleeps, as OpenMP's do.
typedef void (*job)(int thread, int threads);
static job helper_job;
static volatile int helper_state; // 0 idle, 1 has work
static pthread_mutex_t helper_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t helper_wake = PTHREAD_COND_INITIALIZER;

static int helper_has_work(void) { return __atomic_load_n(&helper_state, __ATOMIC_ACQUIRE) == 1; }

static void *helper_main(void *unused) {
  for (;;) {
    for (double t = now(); !helper_has_work() && now() - t < 2e-3;) __builtin_ia32_pause();
    if (!helper_has_work()) {
      pthread_mutex_lock(&helper_mu);
      while (!helper_has_work()) pthread_cond_wait(&helper_wake, &helper_mu);
      pthread_mutex_unlock(&helper_mu);
    }
    helper_job(1, 2);
    __atomic_store_n(&helper_state, 0, __ATOMIC_RELEASE);
  }
  return unused;
}

// in_threads does a job in one thread or in two.
static void in_threads(job f, int threads) {
  static int started = 0;
  if (threads == 1) {
    f(0, 1);
    return;
  }
  if (!started) {
    pthread_t t;
    pthread_create(&t, 0, helper_main, 0);
    started = 1;
  }
  helper_job = f;
  pthread_mutex_lock(&helper_mu);
  __atomic_store_n(&helper_state, 1, __ATOMIC_RELEASE);
  pthread_cond_signal(&helper_wake);
  pthread_mutex_unlock(&helper_mu);
  f(0, 2);
  while (helper_has_work()) __builtin_ia32_pause();
}

// median_time does a job again and again for some seconds, at least three times,
// and returns the median of the times of batches that are long enough to be
// measured, in seconds for one job.
static double median_time(job f, int threads, double seconds) {
  enum { most = 100000 };
  static double took[most];
  double t = now();
  in_threads(f, threads);
  if (now() - t > 1) return now() - t; // long enough for the start not to matter
  t = now();
  in_threads(f, threads);
  int batch = (int)(2e-4 / (now() - t + 1e-9));
  if (batch < 1) batch = 1;
  int n = 0;
  for (double start = now(); n < most && (n < 3 || now() - start < seconds); n++) {
    t = now();
    for (int i = 0; i < batch; i++) in_threads(f, threads);
    took[n] = (now() - t) / batch;
  }
  qsort(took, n, sizeof *took, ascending);
  return took[n / 2];
}

// serve answers the requests of standard input until it ends.
static void serve(void (*answer)(char *request)) {
  static char line[4096];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    answer(line);
    fflush(stdout);
  }
}
