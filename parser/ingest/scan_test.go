package ingest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/parser/ingest/teddy"
)

// plainScanner is what every scanner must agree with.
type plainScanner struct{}

func (plainScanner) next(block []byte, from int) (pos, literal int) {
	pos, literal = -1, -1
	for i, lit := range literals {
		if p := bytes.Index(block[from:], []byte(lit.text)); p >= 0 && (pos < 0 || from+p < pos) {
			pos, literal = from+p, i
		}
	}
	return pos, literal
}

func TestLiterals(t *testing.T) {
	for i, l := range literals {
		lit := l.text
		if lit != banner && len(lit) < gramWindow || len(lit) > maxLiteral {
			t.Errorf("literal %q has %d bytes", lit, len(lit))
		}
		if lit != banner && int(l.window)+gramWindow > len(lit) {
			t.Errorf("literal %q: window at %d", lit, l.window)
		}
		if strings.ContainsAny(lit, "\"\\\n") {
			t.Errorf("literal %q would look different in JSON", lit)
		}
		for j, other := range literals {
			if i != j && strings.Contains(lit, other.text) {
				t.Errorf("literal %q contains %q", lit, other)
			}
		}
	}
	if literals[0].text != banner {
		t.Error("the banner must come first")
	}
}

// sameScan holds the portable scanner, and this CPU's fastest, to the plain one.
func sameScan(t *testing.T, block []byte) {
	t.Helper()
	for from := 0; from <= len(block); {
		want, _ := plainScanner{}.next(block, from)
		for _, s := range []scanner{portable(), fastest()} {
			got, lit := s.next(block, from)
			if got != want {
				t.Fatalf("from %d: %T finds %d, plain %d in %q", from, s, got, want, block[from:min(len(block), from+200)])
			}
			if got >= 0 && !bytes.HasPrefix(block[got:], []byte(literals[lit].text)) {
				t.Fatalf("at %d: %q is not there", got, literals[lit].text)
			}
		}
		if want < 0 {
			return
		}
		from = want + 1
	}
}

// TestTuned tells whoever changed the literals to have their table made anew.
func TestTuned(t *testing.T) {
	tuned := map[string]bool{}
	for _, p := range teddy.AVX2.Tuned() {
		tuned[p.Text] = true
	}
	for _, lit := range literals {
		if !tuned[lit.text] {
			t.Errorf("%q has no tuned fingerprint: run go generate ./parser/ingest/teddy", lit.text)
		}
		delete(tuned, lit.text)
	}
	for text := range tuned {
		t.Errorf("%q is no literal any more: run go generate ./parser/ingest/teddy", text)
	}
}

func TestScan(t *testing.T) {
	for _, lit := range literals {
		for pad := range 24 {
			sameScan(t, []byte(strings.Repeat("x", pad)+lit.text+strings.Repeat("y", pad%7)))
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var b bytes.Buffer
		for b.Len() < 3*scanChunk && rng.IntN(1000) > 0 {
			lit := literals[rng.IntN(len(literals))].text
			switch rng.IntN(12) {
			case 0:
				b.WriteString(lit)
			case 1:
				b.WriteString(lit[:rng.IntN(len(lit))])
			case 2:
				b.WriteString(strings.Repeat("z", rng.IntN(4000)))
			default:
				fmt.Fprintf(&b, "%d [info] GET /orders/%d\n", rng.IntN(99), rng.IntN(1e6))
			}
		}
		sameScan(t, b.Bytes())
	}
}

func FuzzScan(f *testing.F) {
	for _, lit := range literals {
		f.Add([]byte("x"+lit.text), uint8(3))
	}
	f.Fuzz(func(t *testing.T, block []byte, repeat uint8) {
		sameScan(t, bytes.Repeat(block, 1+int(repeat)%8))
	})
}

// quietLog is a log of a web application in which nothing crashes.
func quietLog(size int) []byte {
	rng := rand.New(rand.NewPCG(7, 7))
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		at := fmt.Sprintf("%02d:%02d:%02d.%03d", i/3600000%24, i/60000%60, i/1000%60, i%1000)
		id := fmt.Sprintf("GOn0yG%08x%06xAABBh", rng.Uint32(), rng.IntN(1<<24))
		switch rng.IntN(10) {
		case 0:
			fmt.Fprintf(&b, "%s request_id=%s [info] CONNECTED TO Phoenix.LiveView.Socket in 38µs\n  Transport: :websocket\n  Serializer: Phoenix.Socket.V2.JSONSerializer\n  Parameters: %%{\"_csrf_token\" => \"x==\", \"vsn\" => \"2.0.0\"}\n", at, id)
		case 1:
			fmt.Fprintf(&b, "%s request_id=%s [warning] slow query took %dms: SELECT o0.\"id\", count(*) FROM \"orders\" AS o0 WHERE (o0.\"user_id\" = $1) [%d]\n", at, id, rng.IntN(4000), rng.IntN(1e6))
		case 2, 3, 4:
			fmt.Fprintf(&b, "%s request_id=%s [info] Sent %d in %dms\n", at, id, 200+rng.IntN(4), rng.IntN(90))
		default:
			fmt.Fprintf(&b, "%s request_id=%s [info] GET /api/v1/orders/%d?filter=(state,*)&t=%x\n", at, id, rng.IntN(1e6), rng.Uint64())
		}
	}
	return b.Bytes()
}

// TestScanHits bounds how often the scan stops at a group in vain.
func TestScanHits(t *testing.T) {
	log := quietLog(1 << 20)
	g := portable()
	hits := 0
	for i := 0; i+gramLen <= len(log); i += gramStride {
		hits += int(g.known[gramHash(binary.LittleEndian.Uint32(log[i:]))])
	}
	if groups := len(log) / gramStride; hits*100 > groups*3 {
		t.Errorf("%d of %d groups are taken for a literal's", hits, groups)
	}
}

func BenchmarkScan(b *testing.B) {
	log := quietLog(8 << 20)
	for name, s := range map[string]scanner{"portable": portable(), "fastest": fastest()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(log)))
			b.ReportAllocs()
			for b.Loop() {
				if pos, _ := s.next(log, 0); pos >= 0 {
					b.Fatal(pos, string(log[pos:pos+40]))
				}
			}
		})
	}
}

func BenchmarkNewlines(b *testing.B) {
	log := quietLog(8 << 20)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		bytes.Count(log, []byte{'\n'})
	}
}

func BenchmarkScannerTable(b *testing.B) {
	for b.Loop() {
		newGramScanner()
	}
}
