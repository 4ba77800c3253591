package golden_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/beamlog/beamlog/internal/golden"
)

// probe records a failure instead of ending the test that asks.
type probe struct {
	testing.TB
	failed bool
}

func (p *probe) Helper()               {}
func (p *probe) Errorf(string, ...any) { p.failed = true }

func TestCheckSeesADifference(t *testing.T) {
	if golden.Update() {
		t.Skip("with -update nothing is compared")
	}
	name := filepath.Join(t.TempDir(), "a.golden")
	if err := os.WriteFile(name, []byte("one\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	same, other := &probe{TB: t}, &probe{TB: t}
	golden.Check(same, name, []byte("one\n"))
	golden.Check(other, name, []byte("two\n"))
	if same.failed || !other.failed {
		t.Errorf("failed on equal bytes: %v; on other bytes: %v", same.failed, other.failed)
	}
}
