package suite

import (
	"context"
	"fmt"
	"math"

	"github.com/daskgen/daskgen/bench/measure"
	"github.com/daskgen/daskgen/bench/products"
)

// ofOpenBLAS is the part of OpenBLAS's rate that is asked for.
const ofOpenBLAS = 0.95

// ProductRows are products of matrices, on one core and on two. Ours is a graph
// over blocks; of products too small for one, the call of our BLAS.
func ProductRows(t *Tools) []*Row {
	var rows []*Row
	servers := map[string]*measure.Server{}
	for _, name := range []string{Ours, "blas", "gonum"} {
		servers[name] = t.server(nil, t.Path("products"), name)
	}
	servers["openblas"] = t.server(nil, t.Path("openblas"))
	for threads := 1; threads <= t.Workers; threads++ {
		numpy := fmt.Sprint("numpy", threads)
		servers[numpy] = t.server(nil, t.Python, t.Peer("products.py"), fmt.Sprint(threads))
		for _, dtype := range []string{"float64", "float32"} {
			for _, s := range products.Shapes {
				who := map[string]string{Ours: Ours, "our blas": "blas", "openblas": "openblas", "numpy": numpy, "gonum": "gonum"}
				rows = append(rows, productRow(t, servers, who, s, dtype, threads))
			}
			if threads == 1 {
				who := map[string]string{Ours: "blas", "openblas": "openblas", "numpy": numpy, "gonum": "gonum"}
				for _, s := range products.Small {
					rows = append(rows, productRow(t, servers, who, s, dtype, threads))
				}
			}
		}
	}
	return rows
}

func productRow(t *Tools, servers map[string]*measure.Server, who map[string]string, s products.Shape, dtype string, threads int) *Row {
	seconds := 0.1
	if t.Quick {
		seconds = 0.01
	}
	flag := map[bool]int{true: 1}
	request := fmt.Sprintf("%s %d %d %d %d %d %d %g", dtype, s.M, s.K, s.N, flag[s.TA], flag[s.TB], threads, seconds)
	r := &Row{
		Group: "products", Name: fmt.Sprintf("%s-%s-%d", s.Name, dtype, threads), Unit: "GFLOP/s", Higher: true,
		Title: fmt.Sprintf("%s: %d×%d%s by %d×%d%s, %s, %d threads", s.Name, s.M, s.K, prime(s.TA), s.K, s.N, prime(s.TB), dtype, threads),
		Goals: []Goal{{Kind: Of, Peer: "openblas", Bound: ofOpenBLAS}},
		Limit: func(l Limits) (float64, string) { return peakRate(l, dtype, threads), "FMA" },
	}
	want := new(reference)
	tol := math.Sqrt(float64(s.K)) * map[string]float64{"float64": 1e-14, "float32": 1e-5}[dtype]
	for _, name := range []string{Ours, "our blas", "openblas", "numpy", "gonum"} {
		server, ok := servers[who[name]]
		if !ok {
			continue
		}
		sample := func(ctx context.Context) (Sample, error) {
			v, err := server.Ask(ctx, request)
			if err != nil {
				return Sample{}, err
			}
			if len(v) != 3 {
				return Sample{}, fmt.Errorf("answered %v", v)
			}
			return want.agree([]float64{tol})(Sample{Value: v[0], Values: v[1:]}, nil)
		}
		r.Contestants = append(r.Contestants, Contestant{Name: name, Check: t.compiled(who[name]), Sample: sample})
	}
	return r
}

func prime(t bool) string {
	if t {
		return "ᵀ"
	}
	return ""
}

// peakRate is the rate of multiplying and adding, twice as much for float32.
func peakRate(l Limits, dtype string, threads int) float64 {
	rate := l[fmt.Sprint("fma-", threads)]
	if dtype == "float32" {
		rate *= 2
	}
	return rate
}
