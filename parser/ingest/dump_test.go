package ingest

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// TestDump prints the records of the file that DUMP names.
func TestDump(t *testing.T) {
	name := os.Getenv("DUMP")
	if name == "" {
		t.Skip()
	}
	f, err := Open(name, os.Stdin)
	if err != nil {
		t.Fatal(err)
	}
	var st Stats
	for r, err := range Records(context.Background(), f, name, Options{Stats: &st}) {
		if err != nil {
			t.Fatal(err)
		}
		b := r.Body
		if len(b) > 160 {
			b = b[:100] + " ~~~ " + b[len(b)-50:]
		}
		fmt.Printf("%d-%d @%d w%d %s|%s|%s|%s|%v %s cut=%v len=%v drop=%d\n   %q\n", r.Line, r.EndLine, r.Offset, r.Writer, r.Time, r.Level, r.Node, r.Title, r.Metadata, r.Stream, r.Cut, r.Lenient, r.Dropped, b)
	}
	fmt.Printf("%+v\n", st)
}
