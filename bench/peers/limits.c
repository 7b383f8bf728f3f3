// What this machine can do: memory bandwidth, FMA rate, square roots, and the
// first touch of fresh memory.
//
//   read|copy|triad N THREADS SECONDS    GB/s, counted as STREAM does, of N doubles; the better of plain and non-temporal stores
//   sqrt N THREADS SECONDS               10^9 square roots of float64 a second
//   fma THREADS SECONDS                  GFLOP/s of float64
//   touch small|huge THREADS             GB/s of first writes
#include "serve.h"
#include <immintrin.h>

#ifdef __AVX512F__
typedef __m512d vec;
#define LANES 8
#define load _mm512_load_pd
#define store _mm512_store_pd
#define stream _mm512_stream_pd
#define set1 _mm512_set1_pd
#define add _mm512_add_pd
#define fma_ _mm512_fmadd_pd
#define root _mm512_sqrt_pd
#define FMA "vfmadd213pd %2,%1,%0"
#define REG "v"
#else
typedef __m256d vec;
#define LANES 4
#define load _mm256_load_pd
#define store _mm256_store_pd
#define stream _mm256_stream_pd
#define set1 _mm256_set1_pd
#define add _mm256_add_pd
#define fma_ _mm256_fmadd_pd
#define root _mm256_sqrt_pd
#define FMA "vfmadd213pd %2,%1,%0"
#define REG "x"
#endif

static double *a, *b, *c;
static size_t N, capacity;
static volatile double sink[64];

// part gives the range of a thread, in whole groups of four vectors.
static void part(int t, int T, size_t *lo, size_t *hi) {
  size_t group = 4 * LANES, n = N / group * group, half = n / T / group * group;
  *lo = t * half;
  *hi = t == T - 1 ? n : *lo + half;
}

#define LOOP(body)                 \
  size_t lo, hi;                   \
  part(t, T, &lo, &hi);            \
  for (size_t i = lo; i < hi; i += LANES) body;

static void run_read(int t, int T) {
  size_t lo, hi;
  part(t, T, &lo, &hi);
  vec s0 = set1(0), s1 = s0, s2 = s0, s3 = s0;
  for (size_t i = lo; i < hi; i += 4 * LANES) {
    s0 = add(s0, load(a + i));
    s1 = add(s1, load(a + i + LANES));
    s2 = add(s2, load(a + i + 2 * LANES));
    s3 = add(s3, load(a + i + 3 * LANES));
  }
  vec s = add(add(s0, s1), add(s2, s3));
  sink[t * 8] = s[0];
}
static void run_copy(int t, int T) { LOOP(store(c + i, load(a + i))) }
static void run_copy_nt(int t, int T) { LOOP(stream(c + i, load(a + i))) _mm_sfence(); }
static void run_triad(int t, int T) { vec s = set1(3); LOOP(store(c + i, fma_(s, load(b + i), load(a + i)))) }
static void run_triad_nt(int t, int T) { vec s = set1(3); LOOP(stream(c + i, fma_(s, load(b + i), load(a + i)))) _mm_sfence(); }
static void run_sqrt(int t, int T) {
  size_t lo, hi;
  part(t, T, &lo, &hi);
  vec s = set1(0);
  for (size_t i = lo; i < hi; i += LANES) s = add(s, root(load(a + i)));
  sink[t * 8] = s[0];
}

enum { fma_steps = 200000, chains = 12 };
static void run_fma(int t, int T) {
  vec m = set1(0.999), k = set1(0.001), v[chains];
  for (int i = 0; i < chains; i++) v[i] = set1(i);
  vec v0 = v[0], v1 = v[1], v2 = v[2], v3 = v[3], v4 = v[4], v5 = v[5], v6 = v[6], v7 = v[7], v8 = v[8], v9 = v[9], v10 = v[10], v11 = v[11];
#define STEP(x) asm volatile(FMA : "+" REG(x) : REG(m), REG(k));
  for (int i = 0; i < fma_steps; i++) {
    STEP(v0) STEP(v1) STEP(v2) STEP(v3) STEP(v4) STEP(v5) STEP(v6) STEP(v7) STEP(v8) STEP(v9) STEP(v10) STEP(v11)
  }
  sink[t * 8] = v0[0] + v1[0] + v2[0] + v3[0] + v4[0] + v5[0] + v6[0] + v7[0] + v8[0] + v9[0] + v10[0] + v11[0];
  (void)T;
}

static char *fresh;
static size_t fresh_bytes = (size_t)256 << 20;
static void run_touch(int t, int T) {
  size_t each = fresh_bytes / T;
  for (size_t i = t * each; i < (t + 1) * each; i += 4096) fresh[i] = 1;
}

static double touch(int huge, int threads) {
  double took[3];
  for (int k = 0; k < 3; k++) {
    size_t align = 1 << 21, bytes = fresh_bytes + align;
    char *p = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    fresh = (char *)(((size_t)p + align - 1) & ~(align - 1));
    madvise(fresh, fresh_bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    double t = now();
    in_threads(run_touch, threads);
    took[k] = now() - t;
    munmap(p, bytes);
  }
  qsort(took, 3, sizeof *took, ascending);
  return fresh_bytes / took[1] / 1e9;
}

static void reserve(size_t n) {
  if (n <= capacity) return;
  a = alloc(n * 8), b = alloc(n * 8), c = alloc(n * 8), capacity = n;
  for (size_t i = 0; i < n; i++) a[i] = 1 + i % 7, b[i] = 2, c[i] = 0;
}

static double best(job plain, job nt, int threads, double seconds) {
  double p = median_time(plain, threads, seconds / 2), q = median_time(nt, threads, seconds / 2);
  return p < q ? p : q;
}

static void answer(char *request) {
  char what[16] = "", size[16] = "";
  int threads = 1;
  double seconds = 0.1;
  if (sscanf(request, "touch %15s %d", size, &threads) == 2) {
    printf("ok %g\n", touch(!strcmp(size, "huge"), threads));
    return;
  }
  if (sscanf(request, "fma %d %lf", &threads, &seconds) == 2) {
    printf("ok %g\n", 2.0 * LANES * chains * fma_steps * threads / median_time(run_fma, threads, seconds) / 1e9);
    return;
  }
  if (sscanf(request, "%15s %zu %d %lf", what, &N, &threads, &seconds) != 4) {
    printf("skip unknown\n");
    return;
  }
  reserve(N);
  if (!strcmp(what, "read")) printf("ok %g\n", 8.0 * N / median_time(run_read, threads, seconds) / 1e9);
  else if (!strcmp(what, "copy")) printf("ok %g\n", 16.0 * N / best(run_copy, run_copy_nt, threads, seconds) / 1e9);
  else if (!strcmp(what, "triad")) printf("ok %g\n", 24.0 * N / best(run_triad, run_triad_nt, threads, seconds) / 1e9);
  else if (!strcmp(what, "sqrt")) printf("ok %g\n", N / median_time(run_sqrt, threads, seconds) / 1e9);
  else printf("skip unknown\n");
}

int main(void) { serve(answer); }
