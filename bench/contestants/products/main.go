// Command products is daskgen, its BLAS, or gonum in the rows of products:
// DTYPE M K N TA TB THREADS SECONDS, one request a line. The answer is GFLOP/s
// and the product's first and last element.
//
//	products daskgen|blas|gonum
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	ours "github.com/daskgen/daskgen/stdops/blas"

	"github.com/daskgen/daskgen/bench/products"
	rt "github.com/daskgen/daskgen/runtime"
)

func main() {
	if len(os.Args) != 2 || !slices.Contains([]string{"daskgen", "blas", "gonum"}, os.Args[1]) {
		fmt.Fprintln(os.Stderr, "usage: products daskgen|blas|gonum")
		os.Exit(2)
	}
	sc := bufio.NewScanner(os.Stdin)
	for sc.Scan() {
		fmt.Println(answer(os.Args[1], sc.Text()))
	}
}

func answer(who, line string) string {
	var dtype string
	var s products.Shape
	var ta, tb, threads int
	var seconds float64
	if _, err := fmt.Sscan(line, &dtype, &s.M, &s.K, &s.N, &ta, &tb, &threads, &seconds); err != nil {
		return "error " + err.Error()
	}
	s.TA, s.TB = ta == 1, tb == 1
	if dtype == "float64" {
		return multiply(who, s, threads, seconds, graphs64, dgemm(who))
	}
	return multiply(who, s, threads, seconds, graphs32, sgemm(who))
}

// A graph is what daskgen gen wrote.
type graph[T rt.Elem] func(_ context.Context, a, b *rt.Array[T], _ ...rt.Option) (*rt.Array[T], error)

var graphs64 = map[string]graph[float64]{
	"square": products.RunSquare64, "medium": products.RunMedium64, "tall": products.RunTall64,
	"inner": products.RunInner64, "outer": products.RunOuter64, "transposed": products.RunTransposed64,
}

var graphs32 = map[string]graph[float32]{
	"square": products.RunSquare32, "medium": products.RunMedium32, "tall": products.RunTall32,
	"inner": products.RunInner32, "outer": products.RunOuter32, "transposed": products.RunTransposed32,
}

// A gemm computes c = a b; operands have the layout of the shape.
type gemm[T rt.Elem] func(s products.Shape, a, b, c []T)

func dgemm(who string) gemm[float64] {
	var f interface {
		Dgemm(ta, tb blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int)
	} = gonum.Implementation{}
	if who == "blas" {
		f = ours.Implementation{}
	}
	return func(s products.Shape, a, b, c []float64) {
		f.Dgemm(flag(s.TA), flag(s.TB), s.M, s.N, s.K, 1, a, pick(s.TA, s.M, s.K), b, pick(s.TB, s.K, s.N), 0, c, s.N)
	}
}

func sgemm(who string) gemm[float32] {
	var f interface {
		Sgemm(ta, tb blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int)
	} = gonum.Implementation{}
	if who == "blas" {
		f = ours.Implementation{}
	}
	return func(s products.Shape, a, b, c []float32) {
		f.Sgemm(flag(s.TA), flag(s.TB), s.M, s.N, s.K, 1, a, pick(s.TA, s.M, s.K), b, pick(s.TB, s.K, s.N), 0, c, s.N)
	}
}

func flag(t bool) blas.Transpose {
	if t {
		return blas.Trans
	}
	return blas.NoTrans
}

func pick(t bool, yes, no int) int {
	if t {
		return yes
	}
	return no
}

// multiply times one product.
func multiply[T float32 | float64](who string, s products.Shape, threads int, seconds float64, graphs map[string]graph[T], f gemm[T]) string {
	a, b, c := operand[T](s.M*s.K, 2654435761), operand[T](s.K*s.N, 1597334677), make([]T, s.M*s.N)
	if who != "daskgen" {
		if who == "blas" && threads > 1 {
			return "skip a call is of one thread"
		}
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
		took, _ := median(seconds, func() error { f(s, a, b, c); return nil })
		return reply(s, took, c)
	}
	i := slices.IndexFunc(products.Shapes, func(r products.Shape) bool {
		r.Name = ""
		return r == s
	})
	if i < 0 {
		return "skip no graph of this shape"
	}
	x, y := rt.FromData(a, pick(s.TA, s.K, s.M), pick(s.TA, s.M, s.K)), rt.FromData(b, pick(s.TB, s.N, s.K), pick(s.TB, s.K, s.N))
	took, err := median(seconds, func() error {
		r, err := graphs[products.Shapes[i].Name](context.Background(), x, y, rt.WithWorkers(threads))
		if err == nil {
			c = r.Data()
		}
		return err
	})
	if err != nil {
		return "error " + strconv.Quote(err.Error())
	}
	return reply(s, took, c)
}

func reply[T float32 | float64](s products.Shape, took float64, c []T) string {
	flops := 2 * float64(s.M) * float64(s.K) * float64(s.N)
	return fmt.Sprintf("ok %g %.17g %.17g", flops/took/1e9, float64(c[0]), float64(c[len(c)-1]))
}

func operand[T float32 | float64](n int, mult uint32) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = T(float64(uint32(i)*mult+12345)/(1<<32) - 0.5)
	}
	return s
}

// median calls f for some seconds, in batches long enough to be measured, and
// returns the median time of a call.
func median(seconds float64, f func() error) (float64, error) {
	begin := time.Now()
	if err := f(); err != nil {
		return 0, err
	}
	once := time.Since(begin)
	if once > time.Second {
		return once.Seconds(), nil // long enough for the start not to matter
	}
	batch := max(1, int(200*time.Microsecond/(once+1)))
	var took []float64
	for start := time.Now(); len(took) < 3 || time.Since(start).Seconds() < seconds; {
		begin := time.Now()
		for range batch {
			if err := f(); err != nil {
				return 0, err
			}
		}
		took = append(took, time.Since(begin).Seconds()/float64(batch))
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}
