// OpenBLAS in the rows of products: DTYPE M K N TA TB THREADS SECONDS, one request a line, where TA and TB say
// whether the operand is a transposed view. The answer is GFLOP/s, the product's first and last element.

#include "serve.h"
#include <cblas.h>

extern void openblas_set_num_threads(int);

static int M, K, N, TA, TB, f64;
static void *a, *b, *c;

static double input(size_t i, uint32_t mult) { return (uint32_t)((uint32_t)i * mult + 12345u) / 4294967296.0 - 0.5; }

static void *operand(size_t n, uint32_t mult) {
  void *p = alloc(n * 8);
  for (size_t i = 0; i < n; i++) {
    if (f64) ((double *)p)[i] = input(i, mult);
    else ((float *)p)[i] = (float)input(i, mult);
  }
  return p;
}

static void multiply(int t, int threads) {
  (void)t, (void)threads;
  enum CBLAS_TRANSPOSE x = TA ? CblasTrans : CblasNoTrans, y = TB ? CblasTrans : CblasNoTrans;
  if (f64) cblas_dgemm(CblasRowMajor, x, y, M, N, K, 1, a, TA ? M : K, b, TB ? K : N, 0, c, N);
  else cblas_sgemm(CblasRowMajor, x, y, M, N, K, 1, a, TA ? M : K, b, TB ? K : N, 0, c, N);
}

static void answer(char *line) {
  char dtype[16];
  int threads;
  double seconds;
  if (sscanf(line, "%15s %d %d %d %d %d %d %lf", dtype, &M, &K, &N, &TA, &TB, &threads, &seconds) != 8) {
    printf("skip unknown\n");
    return;
  }
  f64 = !strcmp(dtype, "float64");
  size_t want[3] = {(size_t)M * K, (size_t)K * N, (size_t)M * N};
  a = operand(want[0], 2654435761u), b = operand(want[1], 1597334677u), c = alloc(want[2] * 8);
  memset(c, 0, want[2] * 8);

  openblas_set_num_threads(threads);
  double t = median_time(multiply, 1, seconds);
  double first = f64 ? *(double *)c : *(float *)c, last = f64 ? ((double *)c)[want[2] - 1] : ((float *)c)[want[2] - 1];
  printf("ok %g %.17g %.17g\n", 2.0 * M * N * K / t / 1e9, first, last);
  munmap(a, want[0] * 8), munmap(b, want[1] * 8), munmap(c, want[2] * 8);
}

int main(void) { serve(answer); }
