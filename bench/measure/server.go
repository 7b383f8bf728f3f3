package measure

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// A Server is a contestant that stays: a process that reads a request from each
// line of its input and answers with one line, "ok" and numbers, or "skip" and
// the reason. It is started with its first request.
type Server struct {
	Args []string
	Dir  string
	Env  []string

	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan string
	errs  tail
	err   error
}

// ErrSkip is the error of a request that a server does not serve.
var ErrSkip = errors.New("not offered")

// Patience is how long a server may take for one request, its start and the
// compilers of numba and JAX included.
const Patience = 3 * time.Minute

// Ask sends a request and returns the numbers of the answer.
func (s *Server) Ask(ctx context.Context, request string) ([]float64, error) {
	if s.err == nil && s.cmd == nil {
		s.err = s.start()
	}
	if s.err != nil {
		return nil, s.err
	}
	if _, err := fmt.Fprintln(s.in, request); err != nil {
		return nil, s.fail(err)
	}
	select {
	case line, ok := <-s.lines:
		if !ok {
			return nil, s.fail(errors.New("ended"))
		}
		return parseAnswer(line)
	case <-time.After(Patience):
		return nil, s.fail(fmt.Errorf("no answer to %q in %v", request, Patience))
	case <-ctx.Done():
		return nil, s.fail(context.Cause(ctx))
	}
}

func (s *Server) start() error {
	cmd := exec.Command(s.Args[0], s.Args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stderr = s.Dir, append(os.Environ(), s.Env...), &s.errs
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return explain(err, "")
	}
	s.cmd, s.in, s.lines = cmd, in, make(chan string)
	go func() {
		defer close(s.lines)
		for sc := bufio.NewScanner(out); sc.Scan(); {
			s.lines <- sc.Text()
		}
	}()
	return nil
}

// fail ends the server; all further requests get the same error.
func (s *Server) fail(err error) error {
	s.Close()
	s.err = explain(err, s.errs.String())
	return s.err
}

// Close ends the process.
func (s *Server) Close() {
	if s.cmd == nil || s.err != nil {
		return
	}
	s.err = errors.New("closed")
	s.in.Close()
	stop := time.AfterFunc(5*time.Second, func() { s.cmd.Process.Kill() })
	defer stop.Stop()
	for range s.lines {
		continue // the rest of what it has to say
	}
	s.cmd.Wait()
}

func parseAnswer(line string) ([]float64, error) {
	status, rest, _ := strings.Cut(line, " ")
	switch status {
	case "skip":
		return nil, fmt.Errorf("%w: %s", ErrSkip, rest)
	case "ok":
	default:
		return nil, fmt.Errorf("answered %q", line)
	}
	var numbers []float64
	for _, f := range strings.Fields(rest) {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return nil, fmt.Errorf("answered %q", line)
		}
		numbers = append(numbers, v)
	}
	return numbers, nil
}

// A tail keeps the end of what is written to it.
type tail struct{ end []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.end = append(t.end, p...)
	t.end = t.end[max(0, len(t.end)-4096):]
	return len(p), nil
}

func (t *tail) String() string { return string(t.end) }
