package teddy

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// texts are the literals of the tuned table.
func texts() []string {
	var all []string
	for _, p := range AVX2.tuned() {
		all = append(all, p.Text)
	}
	return all
}

// kernels are those that this CPU has.
func kernels() map[string]Kernel {
	all := map[string]Kernel{"plain": Plain}
	if fastest() != Plain {
		all["AVX2"] = AVX2 // whatever has more has that too
	}
	if fastest() == VBMI {
		all["VBMI"] = VBMI
	}
	return all
}

// searchers are one for each kernel.
func searchers() map[string]*Searcher {
	all := map[string]*Searcher{}
	for name, k := range kernels() {
		all[name] = newSearcher(k, texts())
	}
	return all
}

// match reports whether the searcher's kernel should see a candidate at i.
func (s *Searcher) match(block []byte, i int) bool {
	return s.tables.match(s.kernel.Probes(), block, i)
}

// reference is what every searcher must agree with.
func reference(texts []string, block []byte, from int) int {
	pos := -1
	for _, t := range texts {
		if i := bytes.Index(block[from:], []byte(t)); i >= 0 && (pos < 0 || from+i < pos) {
			pos = from + i
		}
	}
	return pos
}

// sameMatches compares all matches in a block with the reference's.
func sameMatches(t *testing.T, name string, s *Searcher, block []byte) {
	t.Helper()
	for from := 0; from <= len(block); {
		want := reference(s.texts, block, from)
		got, l := s.Next(block, from)
		if got != want {
			t.Fatalf("%s, from %d: got %d, want %d in %q", name, from, got, want, block[from:min(len(block), from+200)])
		}
		if got < 0 {
			if l != -1 {
				t.Fatalf("%s: no match is of literal %d", name, l)
			}
			return
		}
		if !bytes.HasPrefix(block[got:], []byte(s.texts[l])) {
			t.Fatalf("%s: %q is not at %d", name, s.texts[l], got)
		}
		from = got + 1
	}
}

// TestEnds puts each literal at each distance from both ends of short blocks.
func TestEnds(t *testing.T) {
	for name, s := range searchers() {
		for i, text := range s.texts {
			for before := range 2 * maxWidth {
				for _, after := range []int{0, 1, 2, 3, 4, 5, 30, 31, 32, 33, 62, 63, 64, 65, 140} {
					block := []byte(strings.Repeat("x", before) + text + strings.Repeat("y", after))
					if pos, _ := s.Next(block, 0); pos != before {
						t.Fatalf("%s: %q behind %d of %d bytes is found at %d", name, text, before, len(block), pos)
					}
					if pos, l := s.Next(block, before); pos != before || !strings.HasPrefix(text, s.texts[l]) {
						t.Fatalf("%s: %q is not found from where it begins", name, s.texts[i])
					}
					if pos, _ := s.Next(block[:before+len(text)-1], 0); pos >= 0 {
						t.Fatalf("%s: %q is found without its last byte", name, text)
					}
				}
			}
		}
	}
}

// TestMatches compares whole blocks full of literals, parts of literals, ordinary
// text and bytes that are no ASCII.
func TestMatches(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		block := mixture(rng, rng.IntN(6000))
		for name, s := range searchers() {
			sameMatches(t, name, s, block)
		}
	}
}

func mixture(rng *rand.Rand, size int) []byte {
	var b bytes.Buffer
	literals := texts()
	for b.Len() < size {
		text := literals[rng.IntN(len(literals))]
		switch rng.IntN(9) {
		case 0:
			b.WriteString(text)
		case 1:
			b.WriteString(text[:rng.IntN(len(text))])
		case 2:
			b.WriteString(text[rng.IntN(len(text)):])
		case 3:
			b.WriteString(strings.Repeat("z", rng.IntN(200)))
		case 4:
			b.WriteByte(0x80 | byte(rng.IntN(0x80)))
		default:
			fmt.Fprintf(&b, "%d [info] GET /orders/%d\n", rng.IntN(99), rng.IntN(1e6))
		}
	}
	return b.Bytes()
}

// TestKernels compares the kernels' candidates with those of plain code, for
// tables of chance that have them nearly everywhere or nearly nowhere.
func TestKernels(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for name, s := range searchers() {
		for range 2000 {
			dense := rng.IntN(8)
			for i := range s.tables {
				s.tables[i] = uint8(rng.Uint32() & rng.Uint32() << dense)
			}
			block := make([]byte, rng.IntN(300))
			for i := range block {
				block[i] = byte(rng.IntN(160))
			}
			sameCandidates(t, name, s, block, rng.IntN(len(block)+1))
		}
	}
}

func sameCandidates(t *testing.T, name string, s *Searcher, block []byte, from int) {
	t.Helper()
	stop := len(block) - MinLiteral + 1
	for from < stop {
		at, lanes := s.candidates(block, from, stop)
		next := at + s.kernel.width()
		if lanes == 0 {
			next = stop
		}
		var got, want []int
		for i := range s.kernel.width() {
			if lanes&(1<<i) != 0 {
				got = append(got, at+i)
			}
		}
		for i := from; i < min(next, stop); i++ {
			if s.match(block, i) {
				want = append(want, i)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s, %d bytes, from %d: got %v, want %v", name, len(block), from, got, want)
		}
		from = next
	}
}

// TestUntuned searches for texts that the table does not know.
func TestUntuned(t *testing.T) {
	words := []string{"(EXIT", "abcd", "no such process", "ERROR"}
	s := New(words)
	sameMatches(t, "untuned", s, []byte("abcd xERROR (EXIT no such process** abcd"))
}

// TestTuned holds the table to what [New] and the search rely on.
func TestTuned(t *testing.T) {
	if !slices.Equal(texts(), slices.Sorted(slices.Values(texts()))) {
		t.Error("the table is not sorted")
	}
	for i, p := range VBMI.tuned() {
		if p.Text != texts()[i] {
			t.Errorf("%q in one table, %q in the other", p.Text, texts()[i])
		}
	}
	for _, p := range slices.Concat(AVX2.tuned(), VBMI.tuned()) {
		if len(p.Text) < MinLiteral || int(p.Offset) > max(0, len(p.Text)-FingerprintLen) || p.Bucket >= Buckets {
			t.Errorf("no place for a fingerprint: %+v", p)
		}
	}
}

// falseCandidates counts the candidates in a text at which no literal is.
func falseCandidates(s *Searcher, text []byte) int {
	n := 0
	for i := range len(text) - MinLiteral {
		if s.match(text, i) {
			if pos, _ := s.verify(text, 0, len(text), i); pos < 0 {
				n++
			}
		}
	}
	return n
}

// TestFalseCandidates bounds how often ordinary text stops the search in vain.
func TestFalseCandidates(t *testing.T) {
	// Candidates per MB. Each costs some 10 ns, the MB itself 90 µs. What stands around
	// crashes is much like the literals.
	most := map[string]int{"quiet": 400, "with crashes": 1600}
	samples := map[string][]byte{"quiet": quietLog(1 << 20)}
	files, err := filepath.Glob("../../../testdata/logs/phoenix-1.8/*.log")
	if err != nil || len(files) == 0 {
		t.Fatal("no logs", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		samples["with crashes"] = append(samples["with crashes"], data...)
	}
	for name, text := range samples {
		for kernel, s := range searchers() {
			n := falseCandidates(s, text)

			if n > len(text)*most[name]/1e6 {
				t.Errorf("%s, %s: %d candidates in %d bytes", kernel, name, n, len(text))
			}
		}
	}
}

// FuzzNext holds kernel, plain code and reference to the same matches, at any
// alignment.
func FuzzNext(f *testing.F) {
	for _, p := range AVX2.tuned() {
		f.Add([]byte("x"+p.Text), uint8(3), uint8(1))
	}
	f.Add([]byte("** (** \xff"), uint8(7), uint8(0))
	all := searchers()
	f.Fuzz(func(t *testing.T, text []byte, repeat, skip uint8) {
		block := bytes.Repeat(text, 1+int(repeat)%8)
		block = block[min(len(block), int(skip)%64):]
		for name, s := range all {
			sameMatches(t, name, s, block)
		}
	})
}

// quietLog is a log of a web application in which nothing crashes.
func quietLog(size int) []byte {
	rng := rand.New(rand.NewPCG(7, 7))
	var b bytes.Buffer
	for i := 0; b.Len() < size; i += 1 + rng.IntN(99) {
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

// BenchmarkNext searches a block of a quiet log, as large as those that ingest
// reads.
func BenchmarkNext(b *testing.B) {
	block := quietLog(256 << 10)[:256<<10]
	for _, name := range []string{"plain", "AVX2", "VBMI"} {
		b.Run(name, func(b *testing.B) {
			s := searchers()[name]
			if s == nil {
				b.Skip("this CPU has it not")
			}
			b.SetBytes(int64(len(block)))
			b.ReportAllocs()
			for b.Loop() {
				if pos, _ := s.Next(block, 0); pos >= 0 {
					b.Fatal(pos)
				}
			}
		})
	}
}

// BenchmarkLine searches one line, as is done while a record is open.
func BenchmarkLine(b *testing.B) {
	line := []byte("    (phoenix 1.7.10) lib/phoenix/router.ex:432: Phoenix.Router.__call__/5")
	for name, s := range searchers() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(line)))
			for b.Loop() {
				if pos, _ := s.Next(line, 0); pos >= 0 {
					b.Fatal(pos)
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	all := texts()
	b.ReportAllocs()
	for b.Loop() {
		New(all)
	}
}
