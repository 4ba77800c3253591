package ingest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

type gen struct {
	head  []byte
	cycle []byte
	left  int64
	off   int
}

func (g *gen) Read(p []byte) (int, error) {
	if len(g.head) > 0 {
		n := copy(p, g.head)
		g.head = g.head[n:]
		return n, nil
	}
	if g.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, g.cycle[g.off:])
	g.off = (g.off + n) % len(g.cycle)
	g.left -= int64(n)
	return n, nil
}

func TestRSS(t *testing.T) {
	what := os.Getenv("RSS")
	if what == "" {
		t.Skip()
	}
	debug.SetGCPercent(400)
	mk := map[string]func() io.Reader{
		"quiet": func() io.Reader { return &gen{cycle: quietLog(8 << 20), left: 1 << 30} },
		"line": func() io.Reader {
			return &gen{head: []byte("00:00:00.545 [error] GenServer X terminating "), cycle: bytes.Repeat([]byte("x"), 65536), left: 2e9}
		},
		"bline": func() io.Reader {
			return &gen{head: []byte(""), cycle: []byte(strings.Repeat("** (Foo) ", 10000)), left: 2e8}
		},
		"record": func() io.Reader {
			return &gen{head: []byte("00:00:00.545 [error] GenServer X terminating\n** (stop) :x\n"), cycle: bytes.Repeat([]byte("    lib/a.ex:1: A.b/1\n"), 3000), left: 1e9}
		},
		"banners": func() io.Reader { return &gen{cycle: bytes.Repeat([]byte("** (RuntimeError) x\n"), 3000), left: 2e8} },
		"stars":   func() io.Reader { return &gen{cycle: bytes.Repeat([]byte(" ** (x\n"), 3000), left: 2e8} },
		"dense":   func() io.Reader { return &gen{cycle: []byte(strings.Repeat(crashLog, 100)), left: 5e8} },
		"compose": func() io.Reader {
			return &gen{cycle: []byte(strings.Repeat(wrap(crashLog, wrappings["compose"]), 100)), left: 2e8}
		},
		"json": func() io.Reader {
			return &gen{cycle: []byte(strings.Repeat(wrap(crashLog, wrappings["docker json"]), 100)), left: 2e8}
		},
		"streams": func() io.Reader {
			var b strings.Builder
			for i := range 3000 {
				fmt.Fprintf(&b, "web-%d  | ** (RuntimeError) x\n", i)
			}
			return &gen{cycle: []byte(b.String()), left: 1e8}
		},
	}
	start := time.Now()
	var st Stats
	n := 0
	r := mk[what]()
	setup := time.Since(start)
	start = time.Now()
	for _, err := range Records(context.Background(), r, "x", Options{Stats: &st}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	d := time.Since(start)
	s, _ := os.ReadFile("/proc/self/status")
	i := bytes.Index(s, []byte("VmHWM"))
	fmt.Printf("%s: %v (setup %v) %.0f MB/s records %d %+v %s\n", what, d, setup, float64(st.Bytes)/1e6/d.Seconds(), n, st, s[i:i+24])
}
