package pipeline

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/beamlog/beamlog/parser"
)

const dump = `=erl_crash_dump:0.5
Sat Nov 21 02:17:13 2026
Slogan: no more index entries in atom_tab (max=12000)
System version: Erlang/OTP 25 [erts-13.1.5] [source] [64-bit]
=end
`

// reports reads one input and gives its reports and what is told of it.
func reports(ctx context.Context, t *testing.T, text string) (all []*parser.Report, file render.FileStats, bad []error) {
	t.Helper()
	o := Options{Stdin: strings.NewReader(text), Bad: func(err error) { bad = append(bad, err) }}
	sum, err := Reports(ctx, o, func(r *parser.Report) error {
		all = append(all, r)
		return nil
	})
	if err != nil && !errors.Is(err, ErrInputs) {
		t.Fatal(err)
	}
	if len(sum.Files) != 1 {
		t.Fatalf("%d files", len(sum.Files))
	}
	return all, sum.Files[0], bad
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDump(t *testing.T) {
	for name, text := range map[string]string{"plain": dump, "gzip": packed(t, dump)} {
		all, file, bad := reports(t.Context(), t, text)
		want := render.FileStats{Name: "-", Bytes: int64(len(dump)), Lines: 5, Records: 1, Reports: 1}
		if len(all) != 1 || file != want || len(bad) > 0 {
			t.Errorf("%s: %d reports, %+v, %v", name, len(all), file, bad)
		}
	}
}

// TestDumpEndsEarly has a dump of which the end, or the packed end, is missing.
func TestDumpEndsEarly(t *testing.T) {
	cut, gz := strings.TrimSuffix(dump, "=end\n"), packed(t, dump)
	all, file, bad := reports(t.Context(), t, cut)
	if len(all) != 1 || all[0].Complete || file.Cut != 1 || len(bad) > 0 {
		t.Errorf("cut: %d reports, %+v, %v", len(all), file, bad)
	}
	all, file, bad = reports(t.Context(), t, gz[:len(gz)-8])
	if len(all) != 1 || file.Err == nil || len(bad) != 1 || !strings.HasPrefix(bad[0].Error(), "read -: ") {
		t.Errorf("packed: %d reports, %+v, %v", len(all), file, bad)
	}
}

// TestDumpStopped ends the reading of a dump before it began: nothing is wrong
// with the input then.
func TestDumpStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := &flow{}
	read := 0
	slow := readerFunc(func(p []byte) (int, error) {
		read++
		return copy(p, dump[:40]), nil
	})
	stops := &watched{ctx: ctx, r: slow, read: cancel}
	file, readErr, err := f.dump(ctx, stops, "-", func(r *parser.Report, _ *classify.Finding) error {
		if r.Complete {
			t.Error("complete")
		}
		return nil
	})
	if readErr != nil || err != nil || read != 1 || file.Reports != 1 || file.Bytes != 40 {
		t.Errorf("%d reads, %+v, %v, %v", read, file, readErr, err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestNoDump reads a log that only quotes a dump's first line.
func TestNoDump(t *testing.T) {
	all, file, bad := reports(t.Context(), t, "12:00:00.000 [info] =erl_crash_dump:0.5\n")
	if len(all) != 0 || file.Lines != 1 || file.Reports != 0 || len(bad) > 0 {
		t.Errorf("%d reports, %+v, %v", len(all), file, bad)
	}
}

// TestProgress reads two files, one of them packed: their stored bytes add up.
func TestProgress(t *testing.T) {
	dir := t.TempDir()
	files := []string{filepath.Join(dir, "a.log"), filepath.Join(dir, "b.log.gz")}
	log := strings.Repeat(unreadLog, 100)
	size := int64(0)
	for i, text := range []string{log, packed(t, log)} {
		size += int64(len(text))
		if err := os.WriteFile(files[i], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var last Progress
	o := Options{Inputs: files, Workers: 1, Progress: func(p Progress) {
		if p.Read < last.Read || p.Size != size {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
	}}
	if _, err := Reports(t.Context(), o, func(*parser.Report) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if last.Read != size || last.Reports < 100 {
		t.Errorf("%+v of %d bytes", last, size)
	}
}
