package ingest

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestAhead reads inputs of several buffers in odd portions, beside the scan and
// not: records and errors are the same.
func TestAhead(t *testing.T) {
	quiet := quietLog(3 << 20)
	rng := rand.New(rand.NewPCG(3, 4))
	var log bytes.Buffer
	for log.Len() < 6<<20 {
		n := rng.IntN(300_000)
		log.Write(quiet[:n])
		log.WriteString("\n" + crashLog)
	}
	broken := errors.New("broken")
	for name, input := range map[string]func() io.Reader{
		"whole":    func() io.Reader { return bytes.NewReader(log.Bytes()) },
		"portions": func() io.Reader { return &portions{strings.NewReader(log.String()), 70_001} },
		"error": func() io.Reader {
			return io.MultiReader(bytes.NewReader(log.Bytes()[:4<<20]), iotest.ErrReader(broken))
		},
		"with error": func() io.Reader { return iotest.DataErrReader(bytes.NewReader(log.Bytes())) },
		"full":       func() io.Reader { return bytes.NewReader(log.Bytes()[:2*aheadSize]) },
		"empty":      func() io.Reader { return strings.NewReader("") },
		"one byte":   func() io.Reader { return iotest.OneByteReader(strings.NewReader(crashLog)) },
	} {
		t.Run(name, func(t *testing.T) {
			want, wantStats, wantErr := readAll(t, input(), Options{})
			got, gotStats, gotErr := readAll(t, input(), Options{Ahead: true})
			if diff := cmp.Diff(want, got); diff != "" || !errors.Is(gotErr, wantErr) || wantStats != gotStats {
				t.Errorf("%v for %v, %+v for %+v: %.1000s", gotErr, wantErr, gotStats, wantStats, diff)
			}
		})
	}
}

func readAll(t *testing.T, r io.Reader, o Options) (all []*Record, stats Stats, last error) {
	t.Helper()
	o.Stats = &stats
	for rec, err := range Records(t.Context(), r, "x.log", o) {
		if err != nil {
			return all, stats, err
		}
		all = append(all, rec)
	}
	return all, stats, nil
}

// TestAheadStops ends the reading while nothing comes from a pipe, and while the
// buffers are full: the goroutine ends too.
func TestAheadStops(t *testing.T) {
	r, w := io.Pipe()
	ended := make(chan bool)
	go func() {
		io.WriteString(w, strings.Repeat(crashLog, 10))
		_, err := w.Write([]byte("x")) // is read by nobody, or by a read that is the last
		for err == nil {
			_, err = w.Write(make([]byte, blockSize))
		}
		ended <- true
	}()
	for range Records(t.Context(), r, "-", Options{Ahead: true}) {
		break
	}
	r.Close()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("the reading goes on")
	}
}
