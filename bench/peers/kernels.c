// C in the rows of kernels: the loops that one would write, for the compiler to
// vectorise. It answers the requests on its input, one a line.
//
//   time KERNEL DTYPE N THREADS SECONDS    ns for an element
//   check KERNEL DTYPE N THREADS FILE      writes the result, or a part of it, as float64
#ifndef T
#include "serve.h"
#include <math.h>

typedef struct {
  const char *name;
  void (*f64)(int, int), (*f32)(int, int);
  int out; // what the result is: see elements
} kernel;

enum { same, boolean, other, integer, value, two, index_, rows };

static size_t N, side;
static void *A, *B, *Y;
static double partial[2][16];

static void range(size_t n, int t, int threads, size_t *lo, size_t *hi) {
  *lo = n / threads * t / 64 * 64;
  *hi = t == threads - 1 ? n : n / threads * (t + 1) / 64 * 64;
}

#define T double
#define I int64_t
#define O float
#define F(name) name##_f64
#define M(name) name
#include "kernels.c"
#undef T
#undef I
#undef O
#undef F
#undef M
#define T float
#define I int32_t
#define O double
#define F(name) name##_f32
#define M(name) name##f
#include "kernels.c"

#define K(name, out) {#name, k_##name##_f64, k_##name##_f32, out}
static kernel kernels[] = {K(add, same), K(multiply, same), K(sqrt, same), K(exp, same), K(log, same), K(sincos, same), K(power, same), K(tanh, same), K(less, boolean), K(where, same), K(cast, other), K(castint, integer), K(sum, value), K(meanvar, two), K(min, value), K(argmin, index_), K(sum0, rows), K(sum1, rows), K(transpose, same), K(broadcast, same)};

static char made_of[64];

// prepare makes the operands of a request.
static void prepare(const char *dtype, size_t n) {
  char want[64];
  snprintf(want, sizeof want, "%s %zu", dtype, n);
  if (!strcmp(want, made_of)) return;
  strcpy(made_of, want);
  if (A) munmap(A, N * 8), munmap(B, N * 8), munmap(Y, N * 8);
  N = n;
  side = (size_t)(sqrt((double)n) + 0.5);
  A = alloc(n * 8), B = alloc(n * 8), Y = alloc(n * 8);
  memset(Y, 0, n * 8);
  for (size_t i = 0; i < n; i++) {
    double a = (uint32_t)((uint32_t)i * 2654435761u + 123456789u) / 4294967296.0 + 0.01;
    double b = (uint32_t)((uint32_t)i * 1597334677u + 362436069u) / 4294967296.0;
    if (!strcmp(dtype, "float64")) ((double *)A)[i] = a, ((double *)B)[i] = b;
    else ((float *)A)[i] = (float)a, ((float *)B)[i] = (float)b;
  }
}

static double at(const kernel *k, int f64, size_t i) {
  switch (k->out) {
  case boolean: return ((char *)Y)[i];
  case other: return f64 ? ((float *)Y)[i] : ((double *)Y)[i];
  case integer: return f64 ? (double)((int64_t *)Y)[i] : ((int32_t *)Y)[i];
  }
  return f64 ? ((double *)Y)[i] : ((float *)Y)[i];
}

// total puts the parts of a reduction together.
static int total(const kernel *k, int threads, double *out) {
  double *p = partial[0], *q = partial[1];
  if (threads == 1) {
    out[0] = p[0], out[1] = p[1];
  } else if (k->out == index_) {
    out[0] = q[1] < p[1] ? q[0] : p[0];
    return 1;
  } else if (!strcmp(k->name, "min")) {
    out[0] = p[0] < q[0] ? p[0] : q[0];
  } else {
    out[0] = p[0] + q[0], out[1] = p[1] + q[1];
  }
  if (k->out != two) return 1;
  double m = out[0] / N;
  out[1] = out[1] / N - m * m, out[0] = m + partial[0][2];
  return 2;
}

static void check(const kernel *k, int f64, int threads, const char *path) {
  FILE *f = fopen(path, "wb");
  if (!f) {
    printf("error cannot write\n");
    return;
  }
  in_threads(f64 ? k->f64 : k->f32, threads);
  double out[2];
  if (k->out == value || k->out == two || k->out == index_) {
    fwrite(out, 8, total(k, threads, out), f);
  } else {
    size_t n = k->out == rows ? side : N, stride = k->out == rows || N < 65536 ? 1 : N / 65536;
    for (size_t i = 0; i < n; i += stride) {
      out[0] = at(k, f64, i);
      fwrite(out, 8, 1, f);
    }
  }
  fclose(f);
  printf("ok\n");
}

static void answer(char *request) {
  char verb[16], name[32], dtype[16], last[1024];
  size_t n;
  int threads;
  if (sscanf(request, "%15s %31s %15s %zu %d %1023s", verb, name, dtype, &n, &threads, last) != 6) {
    printf("skip unknown\n");
    return;
  }
  for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
    kernel *k = kernels + i;
    int f64 = !strcmp(dtype, "float64");
    if (strcmp(k->name, name)) continue;
    prepare(dtype, n);
    if (!strcmp(verb, "check")) check(k, f64, threads, last);
    else printf("ok %g\n", median_time(f64 ? k->f64 : k->f32, threads, atof(last)) * 1e9 / n);
    return;
  }
  printf("skip no such kernel\n");
}

int main(void) { serve(answer); }

#else // for each element type T, the integer I of its size, the other float O

#define LOOP(name, type, body)                                     \
  static void F(k_##name)(int t, int threads) {                    \
    const T *restrict a = A, *restrict b = B;                      \
    type *restrict y = Y;                                          \
    size_t lo, hi;                                                 \
    range(N, t, threads, &lo, &hi);                                \
    (void)b;                                                       \
    for (size_t i = lo; i < hi; i++) y[i] = body;                  \
  }
LOOP(add, T, a[i] + b[i])
LOOP(multiply, T, a[i] * b[i])
LOOP(sqrt, T, M(sqrt)(a[i] * b[i] + 1))
LOOP(exp, T, M(exp)(-a[i] * a[i]) + (T)0.5)
LOOP(log, T, M(log)(a[i]) * b[i])
LOOP(sincos, T, M(sin)(a[i]) * M(sin)(a[i]) + M(cos)(a[i]) * M(cos)(a[i]))
LOOP(power, T, M(pow)(a[i], b[i]))
LOOP(tanh, T, M(tanh)(a[i]))
LOOP(less, char, a[i] < b[i])
LOOP(where, T, a[i] < b[i] ? a[i] : 2 * b[i])
LOOP(cast, O, (O)a[i])
LOOP(castint, I, (I)a[i])
#undef LOOP

static void F(k_sum)(int t, int threads) {
  const T *restrict a = A;
  size_t lo, hi;
  T s = 0;
  range(N, t, threads, &lo, &hi);
  for (size_t i = lo; i < hi; i++) s += a[i];
  partial[t][0] = s;
}
static void F(k_meanvar)(int t, int threads) {
  const T *restrict a = A;
  size_t lo, hi;
  T s = 0, q = 0, x0 = a[0];
  range(N, t, threads, &lo, &hi);
  for (size_t i = lo; i < hi; i++) {
    T d = a[i] - x0;
    s += d;
    q += d * d;
  }
  partial[t][0] = s, partial[t][1] = q, partial[t][2] = x0;
}
static void F(k_min)(int t, int threads) {
  const T *restrict a = A;
  size_t lo, hi;
  range(N, t, threads, &lo, &hi);
  T m = a[lo];
  for (size_t i = lo; i < hi; i++) m = a[i] < m ? a[i] : m;
  partial[t][0] = m;
}
static void F(k_argmin)(int t, int threads) {
  const T *restrict a = A;
  size_t lo, hi;
  range(N, t, threads, &lo, &hi);
  T m = a[lo];
  size_t at = lo;
  for (size_t i = lo; i < hi; i++)
    if (a[i] < m) m = a[i], at = i;
  partial[t][0] = at, partial[t][1] = m;
}
static void F(k_sum0)(int t, int threads) {
  const T *restrict a = A;
  T *restrict y = Y;
  size_t lo, hi;
  range(side, t, threads, &lo, &hi);
  for (size_t j = lo; j < hi; j++) y[j] = 0;
  for (size_t i = 0; i < side; i++)
    for (size_t j = lo; j < hi; j++) y[j] += a[i * side + j];
}
static void F(k_sum1)(int t, int threads) {
  const T *restrict a = A;
  T *restrict y = Y;
  size_t lo, hi;
  range(side, t, threads, &lo, &hi);
  for (size_t i = lo; i < hi; i++) {
    T s = 0;
    for (size_t j = 0; j < side; j++) s += a[i * side + j];
    y[i] = s;
  }
}
static void F(k_transpose)(int t, int threads) { // in squares, as one does
  const T *restrict a = A;
  T *restrict y = Y;
  size_t lo, hi;
  enum { tile = 32 };
  range(side, t, threads, &lo, &hi);
  for (size_t i = lo; i < hi; i += tile)
    for (size_t j = 0; j < side; j += tile)
      for (size_t p = i; p < i + tile; p++)
        for (size_t q = j; q < j + tile; q++) y[p * side + q] = 2 * a[q * side + p];
}
static void F(k_broadcast)(int t, int threads) {
  const T *restrict a = A;
  T *restrict y = Y;
  size_t lo, hi;
  range(side, t, threads, &lo, &hi);
  for (size_t i = lo; i < hi; i++)
    for (size_t j = 0; j < side; j++) y[i * side + j] = a[i * side + j] - a[j];
}
#endif
