package crashdump

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

const dumps = "../../testdata/logs/otp-25/crash-dumps"

// load gives the text of a real dump.
func load(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join(dumps, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func read(t testing.TB, text []byte) *Dump {
	t.Helper()
	d, err := Read(bytes.NewReader(text), "erl_crash.dump")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestSlogans reads each real dump up to the reason of its report.
func TestSlogans(t *testing.T) {
	cases := []struct {
		file, text, term, kind string
		complete               bool
	}{
		{"boot-undef.dump.gz", "init terminating in do_boot ({undef,[{nomod,start,[],[]},{init,start_em,1,[]},{init,do_boot,3,[]}]})", ":undef", "undef", true},
		{"boot-badmatch.dump.gz", "init terminating in do_boot ({{badmatch,{error,enoent}},[{erl_eval,expr,6,[{_},{_}]},{init,start_it,1,[]},{init,start_em,1,[]},{init,do_boot,3,[]}]})", "{:badmatch, {:error, :enoent}}", "badmatch", true},
		{"config.dump.gz", `could not start kernel pid (application_controller) (error in config file "./nothere.config" (none): configuration file not found)`, "", "", true},
		{"kernel.dump.gz", "Kernel pid terminated (application_controller) ({application_start_failure,kp,{bad_return,{{kp,start,[normal,[]]},{'EXIT',port_taken}}}})", "{:application_start_failure, :kp, {:bad_return, {{:kp, :start, [:normal, []]}, {:EXIT, :port_taken}}}}", "port_taken", true},
		{"atoms.dump.gz", "no more index entries in atom_tab (max=12000)", "", "", true},
		{"mailboxes.dump.gz", "mailboxes of shop are full", "", "", true},
		{"binary-alloc.dump.gz", `binary_alloc: Cannot allocate 10000000000 bytes of memory (of type "binary").`, "", "", false},
		{"heap-alloc.dump.gz", `eheap_alloc: Cannot allocate 212907632 bytes of memory (of type "heap").`, "", "", false},
		{"multi-line-slogan.dump", "first line of the slogan\nsecond line: still slogan\n\n    in a stack m:f/1\nTaintless: no", "", "", false},
		{"sigusr1.dump.gz", "Received SIGUSR1", "", "", false},
	}
	for _, c := range cases {
		t.Run(c.file, func(t *testing.T) {
			d := read(t, load(t, c.file))
			r := d.Report(&ingest.Record{Input: c.file})
			got := []any{r.Reason.Text, r.Reason.Type, r.Complete, d.Complete}
			if diff := cmp.Diff([]any{c.text, c.kind, c.complete, c.complete}, got); diff != "" {
				t.Error(diff)
			}
			if term := r.Reason.Term.Elixir(); c.term != term {
				t.Errorf("term %s, want %s", term, c.term)
			}
			if c.complete == (d.Aborted != "") || !c.complete && d.Aborted != "CRASH DUMP SIZE LIMIT REACHED" {
				t.Errorf("aborted: %q", d.Aborted)
			}
			if r.Kind != parser.KindSlogan || !cmp.Equal(r.Process, parser.Process{}) || r.Record.Input != c.file || r.Line != 1 {
				t.Errorf("kind %s, process %v, input %s, line %d", r.Kind, r.Process, r.Record.Input, r.Line)
			}
			if !strings.HasPrefix(r.Record.Time, "2026-11-21T06:0") {
				t.Errorf("time %q of %q", r.Record.Time, d.Date)
			}
		})
	}
}

// TestSloganOnly has slogans that the real dumps do not: of other versions, and
// cut by the VM, which keeps about a thousand bytes of what halt/1 is given.
func TestSloganOnly(t *testing.T) {
	cases := []struct {
		slogan, term, kind string
		complete           bool
	}{
		{`Kernel pid terminated (application_controller) ("{application_terminated,shop,shutdown}")`, "{:application_terminated, :shop, :shutdown}", "shutdown", true},
		{"Runtime terminating during boot ({{badmatch,{error,enoent}},[{shop,start,0,[{_},{_}]}]})", "{:badmatch, {:error, :enoent}}", "badmatch", true},
		{"Runtime terminating during boot (terminating)", ":terminating", "terminating", true},
		{"init terminating in do_boot ({undef,[{nomod,start,[],[]},{init,sta", ":undef", "undef", false},
		{"", "", "", false},
	}
	for _, c := range cases {
		r := (&Dump{Slogan: c.slogan, Complete: true}).Report(nil)
		if got := r.Reason.Term.Elixir(); got != c.term || r.Reason.Type != c.kind || r.Complete != c.complete || r.Reason.Text != c.slogan {
			t.Errorf("%q: %s, type %s, complete %v, text %q", c.slogan, got, r.Reason.Type, r.Complete, r.Reason.Text)
		}
	}
}

func TestTables(t *testing.T) {
	text := load(t, "mailboxes.dump.gz")
	d := read(t, text)
	got := *d
	got.ByQueue, got.ByMemory, got.BySize, got.Running, got.Header = nil, nil, nil, nil, ""
	want := Dump{
		Version: "0.5", Date: "Sat Nov 21 06:03:32 2026", Slogan: "mailboxes of shop are full",
		SystemVersion: "Erlang/OTP 25 [erts-13.1.5] [source] [64-bit] [smp:2:2] [ds:2:2:10] [async-threads:1] [jit:ns]",
		CallingThread: "scheduler:2", Node: "shop@localhost", Atoms: 8519, AtomLimit: 1048576,
		Memory: Memory{Total: 13365936, Processes: 4137960, ProcessesUsed: 4109264, System: 9227976,
			Atom: 270505, AtomUsed: 239304, Binary: 161688, Code: 4629574, Ets: 352208},
		Processes: 47, Ports: 5, Tables: 23, Timers: 2, Modules: 100,
		Complete: true, Bytes: int64(len(text)), Lines: int64(bytes.Count(text, []byte("\n"))),
	}
	want.LastLine = want.Lines
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	queues := []Process{
		{Pid: "<0.85.0>", Name: "stuck_server", State: "Waiting", SpawnedAs: "erlang:apply/2", Current: "shop:register_wait/0", Queue: 300, Memory: 60960, StackHeap: 233},
		{Pid: "<0.86.0>", State: "Waiting", SpawnedAs: "erlang:apply/2", Current: "shop:register_wait/0", Queue: 40, Memory: 6160, StackHeap: 233},
	}
	if diff := cmp.Diff(queues, d.ByQueue); diff != "" {
		t.Error(diff)
	}
	if len(d.ByMemory) != maxTop || d.ByMemory[0].Name != "code_server" || d.ByMemory[0].Memory != 176224 {
		t.Errorf("most memory: %v", d.ByMemory)
	}
	if len(d.BySize) != maxTop || !cmp.Equal(d.BySize[0], EtsTable{Name: "code", Owner: "<0.50.0>", Objects: 360, Words: 14027}) {
		t.Errorf("largest tables: %v", d.BySize)
	}
	run := []Process{{Pid: "<0.9.0>", State: "Running", SpawnedAs: "erlang:apply/2", Current: "timer:sleep/1", Memory: 142776, StackHeap: 6772,
		Links: []string{"<0.87.0>", "<0.0.0>"}, Stack: []string{"erlang:halt/1", "init:start_em/1", "init:do_boot/3"}}}
	if diff := cmp.Diff(run, d.Running); diff != "" {
		t.Error(diff)
	}
}

func TestRunningProcess(t *testing.T) {
	d := read(t, load(t, "heap-alloc.dump.gz"))
	if len(d.Running) != 1 || d.Running[0].Name != "order_book" || d.Running[0].State != "Garbing" || d.Running[0].Memory != 468398240 {
		t.Errorf("running: %v", d.Running)
	}
	if d = read(t, load(t, "atoms.dump.gz")); len(d.Running) != 1 || d.Running[0].Current != "shop:atoms/1" {
		t.Errorf("running: %v", d.Running)
	}
}

// old is a dump as R13 wrote them: other keys in the header, no sizes in bytes.
const old = `=erl_crash_dump:0.1
Thu Feb  4 09:08:07 2010
Slogan: Kernel pid terminated (application_controller) ({application_terminated,shop,shutdown})
System version: Erlang R13B04 (erts-5.7.5) [source] [64-bit] [smp:2:2] [rq:2] [async-threads:0]
Compiled: Mon Feb 22 10:00:00 2010
Atoms: 5674
=memory
total: 9000000
ets: 1200
=proc:<0.20.0>
State: Running
Name: shop_sup
Spawned as: proc_lib:init_p/5
Last scheduled in for: gen_server:loop/6
Message queue length: 7
Message queue: [a, b]
Link list: [<0.1.0>, #Port<0.3>, {to,<0.2.0>,#Ref<0.0.0.1>}]
Stack+heap: 610
OldHeap: 390
Program counter: 0x00007f00 (gen_server:loop/6 + 288)
CP: 0x00000000 (invalid)
arity = 0
=end
`

func TestOldDump(t *testing.T) {
	for name, text := range map[string]string{"lf": old, "crlf": strings.ReplaceAll(old, "\n", "\r\n"), "bom": bom + old} {
		t.Run(name, func(t *testing.T) {
			d := read(t, []byte(text))
			r := d.Report(nil)
			if r.Record.Time != "2010-02-04T09:08:07" || r.Reason.Type != "shutdown" || !r.Complete || d.Version != "0.1" || d.Compiled == "" || d.Atoms != 5674 {
				t.Errorf("report %+v of %+v", r, d)
			}
			want := []Process{{Pid: "<0.20.0>", Name: "shop_sup", State: "Running", SpawnedAs: "proc_lib:init_p/5",
				Current: "gen_server:loop/6", Queue: 7, Memory: 8000, StackHeap: 610, Links: []string{"<0.1.0>", "#Port<0.3>"}}}
			for _, table := range [][]Process{d.ByQueue, d.ByMemory, d.Running} {
				if diff := cmp.Diff(want, table); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// TestCut cuts real dumps at many bytes: what was read stays, and is not complete.
func TestCut(t *testing.T) {
	for _, name := range []string{"mailboxes.dump.gz", "multi-line-slogan.dump", "kernel.dump.gz"} {
		text := load(t, name)
		whole := read(t, text)
		step := max(1, len(text)/400)
		for n := len(magic); n < len(text)-2; n++ {
			if n > 700 {
				n += step - 1
			}
			d := read(t, text[:min(n, len(text)-2)])
			r := d.Report(&ingest.Record{Input: name})
			switch {
			case d.Complete || r.Complete || r.Kind != parser.KindSlogan:
				t.Fatalf("%s cut at %d: complete %v, kind %s", name, n, r.Complete, r.Kind)
			case !strings.HasPrefix(whole.Slogan, r.Reason.Text):
				t.Fatalf("%s cut at %d: slogan %q", name, n, r.Reason.Text)
			case n > 1000 && (r.Reason.Text != whole.Slogan || r.Record.Time == "" || d.Atoms != whole.Atoms):
				t.Fatalf("%s cut at %d: slogan %q, time %q, %d atoms", name, n, r.Reason.Text, r.Record.Time, d.Atoms)
			case d.Memory.Total != 0 && d.Memory.Total != whole.Memory.Total:
				t.Fatalf("%s cut at %d: made up a size of %d", name, n, d.Memory.Total)
			case len(d.ByQueue) > 0 && d.ByQueue[0].Queue != whole.ByQueue[0].Queue:
				t.Fatalf("%s cut at %d: made up a queue of %d", name, n, d.ByQueue[0].Queue)
			}
		}
	}
}

// TestSmallReads gives the same dump however its bytes arrive.
func TestSmallReads(t *testing.T) {
	text := load(t, "multi-line-slogan.dump")
	want := read(t, text)
	for name, r := range map[string]io.Reader{
		"one":  iotest.OneByteReader(bytes.NewReader(text)),
		"half": iotest.HalfReader(bytes.NewReader(text)),
		"eof":  iotest.DataErrReader(bytes.NewReader(text)),
	} {
		got, err := Read(r, name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{
		"=erl_crash_dump:0.5\nSat":    true,
		bom + "=erl_crash_dump:0.1\n": true,
		"=erl_crash":                  false,
		"":                            false,
		"x\n=erl_crash_dump:0.5\n":    false,
		"=CRASH REPORT==== 21-Nov-2026::02:22:27 ===": false,
	} {
		if got := Sniff([]byte(text)); got != want {
			t.Errorf("Sniff(%q) = %v", text, got)
		}
	}
}

func TestErrors(t *testing.T) {
	if d, err := Read(strings.NewReader("12:00:00.000 [info] up\n"), "app.log"); !errors.Is(err, ErrNoDump) || d == nil {
		t.Errorf("a log: %v, %v", d, err)
	}
	if d, err := Read(strings.NewReader(""), "empty"); !errors.Is(err, ErrNoDump) || d == nil {
		t.Errorf("empty: %v, %v", d, err)
	}
	bad := errors.New("disk on fire")
	d, err := Read(io.MultiReader(strings.NewReader(old[:400]), iotest.ErrReader(bad)), "erl_crash.dump")
	if !errors.Is(err, bad) || d.Slogan == "" || d.Complete {
		t.Errorf("a bad disk: %v, %+v", err, d)
	}
}

// TestHostile holds the limits against dumps that no VM wrote.
func TestHostile(t *testing.T) {
	long := strings.Repeat("x", 3<<20)
	text := magic + "0.5\nSlogan: " + long + "\n" + strings.Repeat("more\n", 50000) +
		"=proc:<0." + long + ">\nName: " + long + "\nLink list: [" + strings.Repeat("<0.1.0>, ", 1e5) + "]\nMessage queue length: 99999999999999999999\n" +
		strings.Repeat("=scheduler:1\nCurrent Process: <0.1.0>\n", 1000) + "=ets:" + long + "\nName: " + long + "\nWords: -1\n=node:" + long + "\n=end\n"
	d := read(t, []byte(text))
	r := d.Report(nil)
	size := len(r.Reason.Text) + len(r.Record.Body) + len(d.Node)
	for _, f := range r.Fields {
		size += len(f.Value)
	}
	if size > 6*maxHeader || len(d.Running) > maxRunning || d.ByQueue[0].Queue != 1<<53-1 || len(d.ByQueue[0].Links) != maxLinks {
		t.Errorf("%d bytes kept, %d running, %d in the queue", size, len(d.Running), d.ByQueue[0].Queue)
	}
	if !d.Complete {
		t.Error("lost the =end behind it")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(old))
	f.Add([]byte(magic))
	for _, name := range []string{"multi-line-slogan.dump", "mailboxes.dump.gz"} {
		text := load(f, name)
		f.Add(text[:min(len(text), 8<<10)])
		if i := bytes.Index(text, []byte("\n=proc:")); i > 0 {
			f.Add(append(text[:300:300], text[i:min(len(text), i+6000)]...))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Read(bytes.NewReader(text), "fuzz")
		if Sniff(text) != (err == nil) {
			t.Fatalf("sniffed %v, read %v", Sniff(text), err)
		}
		if want := int64(bytes.Count(text, []byte("\n"))); err == nil && (d.Bytes != int64(len(text)) || d.Lines < want || d.Lines > want+1 || d.LastLine > d.Lines) {
			t.Fatalf("%d bytes, %d lines, last %d", d.Bytes, d.Lines, d.LastLine)
		}
		small, _ := Read(iotest.HalfReader(bytes.NewReader(text)), "fuzz")
		if diff := cmp.Diff(d, small); diff != "" {
			t.Fatal(diff)
		}
		if r := d.Report(nil); r.Kind != parser.KindSlogan || r.Complete && !d.Complete || r.EndLine < r.Line {
			t.Fatalf("report %+v", r)
		}
	})
}

// big is a reader of a dump of many megabytes: the real one with its heap again
// and again.
func big(t testing.TB, size int64) io.Reader {
	text := load(t, "mailboxes.dump.gz")
	i := bytes.Index(text, []byte("\n=proc_heap:")) + 1
	heap := bytes.Repeat(text[i:i+bytes.Index(text[i:], []byte("\n=proc_stack:"))+1], 200)
	parts := []io.Reader{bytes.NewReader(text[:i])}
	for n := int64(0); n < size; n += int64(len(heap)) {
		parts = append(parts, bytes.NewReader(heap))
	}
	return io.MultiReader(append(parts, bytes.NewReader(text[i:]))...)
}

// TestMemory holds the memory that a large dump takes.
func TestMemory(t *testing.T) {
	r := big(t, 300<<20)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	d, err := Read(r, "big")
	runtime.ReadMemStats(&after)
	if err != nil || d.Bytes < 300<<20 || !d.Complete {
		t.Fatal(err, d)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("%d bytes allocated for a dump of %d", used, d.Bytes)
	}
}

func BenchmarkRead(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		d, err := Read(big(b, 100<<20), "big")
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(d.Bytes)
	}
}

func BenchmarkReadProcesses(b *testing.B) {
	text := load(b, "mailboxes.dump.gz")
	i, j := bytes.Index(text, []byte("\n=proc:")), bytes.Index(text, []byte("\n=port:"))
	all := append(text[:i:i], bytes.Repeat(text[i:j], 400)...)
	b.SetBytes(int64(len(all)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(bytes.NewReader(all), "processes"); err != nil {
			b.Fatal(err)
		}
	}
}
