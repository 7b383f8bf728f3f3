package main

import (
	"context"
	"fmt"
	"syscall"
	"time"

	rt "github.com/daskgen/daskgen/runtime"
)

// idleBefore is how many short tasks run before the long one, to have all workers
// started.
const idleBefore = 1000

// idle runs short tasks and then a long one, and answers how many processors
// were busy on average.
func idle(long time.Duration, threads int) string {
	p := &rt.Program{Name: "idle", Format: rt.Format1, Outputs: []rt.OutputInfo{{Name: "end"}}, Build: func(b *rt.Builder) error {
		x := rt.NewLayer[int64](b, rt.Info{Name: "x", Grid: []int{idleBefore}})
		x.Case(rt.All(), func(*rt.Task) (int64, error) { return 1, nil })
		z := rt.NewLayer[int64](b, rt.Info{Name: "end"})
		z.Case(rt.All(), func(*rt.Task) (int64, error) {
			for start := time.Now(); time.Since(start) < long; {
			}
			return 0, nil
		}, x.At(rt.Many(rt.Fix(0), rt.Fix(idleBefore), 1)))
		rt.ValueOutput(b, "end", z)
		return nil
	}}
	start, before := time.Now(), cpu()
	if _, err := rt.Run(context.Background(), p, nil, rt.WithWorkers(threads)); err != nil {
		return "error " + err.Error()
	}
	return fmt.Sprintf("ok %g", float64(cpu()-before)/float64(time.Since(start)))
}

// cpu returns the time that the process has spent on all processors.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
