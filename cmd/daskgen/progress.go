package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// patience is how long a command may take before it says what it does.
var patience = time.Second

// isTerminal says whether a stream is a terminal.
var isTerminal = func(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// working says what the command does, on a terminal, if it takes longer than
// patience. The function that it returns takes the line away again.
func (a *app) working(format string, args ...any) (done func()) {
	if !isTerminal(a.stderr) {
		return func() {}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		a.tick(fmt.Sprintf(format, args...), stop)
	}()
	return func() {
		close(stop)
		<-stopped
	}
}

func (a *app) tick(text string, stop <-chan struct{}) {
	start := time.Now()
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case <-stop:
		return
	case <-wait.C:
	}
	for every := time.NewTicker(time.Second); ; {
		fmt.Fprintf(a.stderr, "\r\x1b[K%s (%d s)", text, int(time.Since(start).Seconds()))
		select {
		case <-stop:
			every.Stop()
			fmt.Fprint(a.stderr, "\r\x1b[K")
			return
		case <-every.C:
		}
	}
}
