package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/beamlog/beamlog/internal/bench"
)

// anchors is what ripgrep and grep look for: the least that a search for crash
// reports must.
const anchors = `\[error\]|\*\* \(|terminating|REPORT====`

// grouping is what people write with awk: entries that are errors, counted by
// their second line.
const grouping = `
/^[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\./ { take(); r = $0; next }
{ r = r "\n" $0 }
END { take(); for (k in n) print n[k], k }
function take(   l) { if (r ~ /\[error\]/) { split(r, l, "\n"); n[l[2]]++ } }
`

// table collects the rows of one Markdown table.
type table struct{ rows [][]string }

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) write(w io.Writer, head ...string) {
	fmt.Fprintf(w, "| %s |\n|%s\n", strings.Join(head, " | "), strings.Repeat(" --- |", len(head)))
	for _, r := range t.rows {
		fmt.Fprintf(w, "| %s |\n", strings.Join(r, " | "))
	}
	fmt.Fprintln(w)
}

// measure prints what docs/performance.md holds.
func measure(out *bufio.Writer, dir string, rounds int) error {
	l := &lab{dir: dir, rounds: rounds}
	if !l.has("hyperfine") {
		return errors.New("hyperfine is not installed: nothing can be measured without it")
	}
	if err := l.build(); err != nil {
		return err
	}
	if err := l.warm(); err != nil {
		return err
	}
	goals := &table{}
	for _, step := range []func(io.Writer, *table) error{l.speeds, l.counts, l.pipe, l.startUp, l.memories, l.hostile, l.terms, l.size} {
		if err := step(out, goals); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	goals.write(out, "goal", "what", "bar", "stretch", "measured")
	for _, tool := range l.missing {
		fmt.Fprintf(out, "%s is not installed: what it is compared with was left out.\n", tool)
	}
	return nil
}

const helloProgram = "package main\n\nfunc main() { println(\"hello\") }\n"

// build makes the command as releases have it, and a Go program that does nothing.
func (l *lab) build() error {
	l.beamlog, l.hello = filepath.Join(l.dir, "beamlog"), filepath.Join(l.dir, "hello")
	temp, err := os.MkdirTemp("", "bench") // where "./..." does not find it
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	source := filepath.Join(temp, "hello.go")
	if err := os.WriteFile(source, []byte(helloProgram), 0o644); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"build", "-trimpath", "-ldflags=-s -w", "-o", l.beamlog, "./cmd/beamlog"},
		{"build", "-trimpath", "-ldflags=-s -w", "-o", l.hello, source},
	} {
		cmd := exec.Command("go", args...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, text)
		}
	}
	return nil
}

// warm reads all logs, so that none comes from the disk.
func (l *lab) warm() error {
	for _, log := range bench.Logs() {
		f, err := os.Open(logPath(l.dir, log))
		if err != nil {
			return fmt.Errorf("%w; write the logs with \"make bench-data\" first", err)
		}
		_, err = io.Copy(io.Discard, struct{ io.Reader }{f})
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// contender is one command of the table of speeds.
type contender struct {
	name    string
	command func(log string) string
	only    string // the logs it is for; "" is all
}

func (l *lab) contenders() []contender {
	all := []contender{
		{"beamlog -j1", func(log string) string { return l.beamlog + " classify -j1 " + log }, ""},
		{"beamlog -j2", func(log string) string { return l.beamlog + " classify -j2 " + log }, ""},
		{"beamlog --count", func(log string) string { return l.beamlog + " classify --count -j1 " + log }, "c"},
		{"beamlog explain", func(log string) string { return l.beamlog + " explain -j1 " + log }, "c"},
		{"wc", func(log string) string { return "wc -l " + log }, ""},
	}
	if l.has("rg") {
		all = append(all,
			contender{"rg", func(log string) string { return "rg -c '" + anchors + "' " + log }, ""},
			contender{"rg --no-mmap", func(log string) string { return "rg --no-mmap -c '" + anchors + "' " + log }, ""})
	}
	if l.has("grep") { // which stops at the first line where its output is /dev/null
		all = append(all, contender{"grep", func(log string) string { return `sh -c "LC_ALL=C grep -cE '` + anchors + `' ` + log + ` | cat"` }, "bcd"})
	}
	if l.has("mawk") {
		script := filepath.Join(l.dir, "grouping.awk")
		if os.WriteFile(script, []byte(grouping), 0o644) == nil {
			all = append(all, contender{"mawk", func(log string) string { return "mawk -f " + script + " " + log }, "c"})
		}
	}
	return all
}

// ratio is a goal on the CPU time of beamlog over that of another command.
type ratio struct{ goal, what, log, over, bar, stretch string }

var ratios = []ratio{
	{"P1", "1 GB without a crash: CPU / rg --no-mmap", "a", "rg --no-mmap", "1.15", "0.9"},
	{"P1", "the same, CPU / rg", "a", "rg", "1.4", "1.0"},
	{"P2", "the same, CPU / wc -l", "a", "wc", "1.6", "1.3"},
	{"P3", "a crash in 10,000 lines: CPU / rg", "b", "rg", "1.5", "1.2"},
	{"P3", "the same, CPU / rg --no-mmap", "b", "rg --no-mmap", "1.3", "1.05"},
	{"P4", "JSON: CPU / rg", "d", "rg", "1.6", "1.2"},
	{"P5", "OTP single-line: CPU / rg", "f", "rg", "1.75", "1.3"},
	{"P6", "cascades: CPU / rg", "c", "rg", "24", "6"},
	{"P6", "the same, CPU / mawk grouping", "c", "mawk", "3", "0.75"},
	{"P7", "a state of 50 MB: CPU / rg", "e", "rg", "1.5", "1.0"},
}

func (l *lab) speeds(out io.Writer, goals *table) error {
	speeds := &table{}
	all := l.contenders()
	cpu, wall := map[string]float64{}, map[string]float64{} // by log and name
	for _, log := range bench.Logs() {
		var names, commands []string
		for _, c := range all {
			if c.only == "" || strings.Contains(c.only, log.Name) {
				names, commands = append(names, c.name), append(commands, c.command(logPath(l.dir, log)))
			}
		}
		times, err := l.interleaved(commands)
		if err != nil {
			return err
		}
		size, err := l.logSize(log)
		if err != nil {
			return err
		}
		for i, t := range times {
			cpu[log.Name+names[i]], wall[log.Name+names[i]] = t.cpu, t.wall
			speeds.row(log.Name, names[i], fmt.Sprintf("%.1f", t.cpu), fmt.Sprintf("%.1f", t.wall), fmt.Sprintf("%.0f", size/1000/t.cpu))
		}
	}
	speeds.write(out, "log", "command", "CPU ms", "wall ms", "MB per CPU second")
	for _, r := range ratios {
		if other := cpu[r.log+r.over]; other > 0 {
			goals.row(r.goal, r.what, "≤ "+r.bar, "≤ "+r.stretch, fmt.Sprintf("%.2f", cpu[r.log+"beamlog -j1"]/other))
		}
	}
	for _, log := range []string{"a", "c"} {
		goals.row("P9", log+".log: wall -j2 / wall -j1", "≤ 0.75", "≤ 0.6", fmt.Sprintf("%.2f", wall[log+"beamlog -j2"]/wall[log+"beamlog -j1"]))
	}
	size, err := l.logSize(bench.Logs()[2])
	for _, d := range []struct{ what, name, bar, stretch string }{
		{"cascades, a line for each finding: MB per CPU second", "beamlog -j1", "≥ 150", "≥ 600"},
		{"cascades, classify --count: MB per CPU second", "beamlog --count", "≥ 200", "≥ 600"},
		{"cascades, explain: MB per CPU second", "beamlog explain", "≥ 200", "≥ 600"},
	} {
		goals.row("P6", d.what, d.bar, d.stretch, fmt.Sprintf("%.0f", size/1000/cpu["c"+d.name]))
	}
	return err
}

func (l *lab) logSize(log bench.Log) (float64, error) {
	info, err := os.Stat(logPath(l.dir, log))
	if err != nil {
		return 0, err
	}
	return float64(info.Size()), nil
}

// counts holds beamlog to what the logs were made of: speed without it is nothing.
func (l *lab) counts(out io.Writer, _ *table) error {
	for _, log := range bench.Logs() {
		text, err := os.ReadFile(expectedPath(l.dir, log))
		if err != nil {
			return err
		}
		var all []expected
		if err := json.Unmarshal(text, &all); err != nil {
			return err
		}
		want := bench.Counts{}
		for _, e := range all {
			want[e.Class] = e.Count
		}
		got, err := l.classes(logPath(l.dir, log))
		if err != nil {
			return err
		}
		for _, class := range append(want.Sorted(), got.Sorted()...) {
			if got[class] != want[class] {
				return fmt.Errorf("%s.log: %d reports of %s %s, and the log was made with %d", log.Name, got[class], class.Kind, class.Type, want[class])
			}
		}
	}
	fmt.Fprintf(out, "The reports found in each log are, by class, those that it was made with.\n\n")
	return nil
}

func (l *lab) classes(path string) (bench.Counts, error) {
	cmd := exec.Command(l.beamlog, "classify", "--fail-on", "never", "--format", "ndjson", path)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	got := bench.Counts{}
	for dec := json.NewDecoder(pipe); ; {
		var f struct {
			Kind   string
			Reason struct{ Type string }
		}
		if err := dec.Decode(&f); err == io.EOF {
			return got, cmd.Wait()
		} else if err != nil {
			return nil, errors.Join(err, cmd.Wait())
		}
		got[bench.Class{Kind: f.Kind, Type: f.Reason.Type}]++
	}
}

// pipe measures what comes through a pipe.
func (l *lab) pipe(_ io.Writer, goals *table) error {
	if !l.has("rg") {
		return nil
	}
	b := logPath(l.dir, bench.Logs()[1])
	times, err := l.interleaved([]string{
		fmt.Sprintf(`sh -c "cat %s | %s classify -"`, b, l.beamlog),
		fmt.Sprintf(`sh -c "cat %s | rg -c '\[error\]|\*\* \(|terminating|REPORT===='"`, b),
	})
	if err != nil {
		return err
	}
	goals.row("P10", "cat b.log through a pipe: wall / rg", "≤ 1.2", "≤ 0.9", fmt.Sprintf("%.2f", times[0].wall/times[1].wall))
	return nil
}

const oneReport = `12:00:00.000 [error] GenServer Shop.Stock terminating
** (RuntimeError) stock is corrupt
    (shop 0.4.2) lib/shop/stock.ex:51: Shop.Stock.handle_info/2
    (stdlib 6.2) gen_server.erl:2345: :gen_server.try_handle_info/3
Last message: :count
State: %{a: 1}
`

// startUp measures one report by the whole command.
func (l *lab) startUp(_ io.Writer, goals *table) error {
	path := filepath.Join(l.dir, "one.log")
	if err := os.WriteFile(path, []byte(oneReport), 0o644); err != nil {
		return err
	}
	results, err := l.hyperfine("-i", "-w", "20", "-r", "200", l.hello, l.beamlog+" classify "+path, l.beamlog+" explain "+path)
	if err != nil {
		return err
	}
	hello := results[0].Median
	goals.row("P11", "one report, classify: wall / hello world", "≤ 4", "≤ 2.5", fmt.Sprintf("%.2f", results[1].Median/hello))
	goals.row("P11", "the same, ms", "≤ 10", "≤ 4", fmt.Sprintf("%.1f", 1000*results[1].Median))
	goals.row("P11", "one report, explain, ms", "≤ 10", "≤ 4", fmt.Sprintf("%.1f", 1000*results[2].Median))
	return nil
}

// terms takes what the benchmark of the term reader says.
func (l *lab) terms(_ io.Writer, goals *table) error {
	text, err := exec.Command("go", "test", "-run", "^$", "-bench", "^BenchmarkRead$", "-benchmem", "-benchtime", "300ms", "./parser/term").Output()
	if err != nil {
		return err
	}
	perOp := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		var name string
		var n int
		var ns, speed, bytes float64
		if k, _ := fmt.Sscanf(line, "BenchmarkRead/%s %d %f ns/op %f MB/s %f B/op", &name, &n, &ns, &speed, &bytes); k < 5 {
			continue
		}
		name, _, _ = strings.Cut(name, "-")
		perOp[name] = ns
		if name == "10kB" || name == "1MB" {
			goals.row("P12", "term of "+name+": MB/s", "≥ 150", "≥ 300", fmt.Sprintf("%.0f", speed))
			goals.row("P12", "the same, bytes allocated per byte", "≤ 12", "≤ 6", fmt.Sprintf("%.1f", bytes/(speed*ns/1000)))
		}
	}
	if small, large := perOp["1MB"], perOp["10MB"]; small > 0 && large > 0 {
		goals.row("P12", "time for 10 MB / time for 1 MB", "≤ 12", "", fmt.Sprintf("%.1f", large/small))
	}
	return nil
}

func (l *lab) size(_ io.Writer, goals *table) error {
	info, err := os.Stat(l.beamlog)
	if err != nil {
		return err
	}
	goals.row("P14", fmt.Sprintf("stripped binary, %s/%s, MB", runtime.GOOS, runtime.GOARCH), "≤ 12", "≤ 8.5", fmt.Sprintf("%.1f", float64(info.Size())/1e6))
	return nil
}

// memories measures the most memory that each log takes.
func (l *lab) memories(out io.Writer, goals *table) error {
	if !l.has("/usr/bin/time") {
		return nil
	}
	rss := &table{}
	worst := 0.0
	note := func(name string, u usage) {
		worst = max(worst, u.rss)
		rss.row(name, fmt.Sprintf("%.1f", u.rss))
	}
	for _, log := range bench.Logs() {
		u, err := l.memory(nil, "classify", logPath(l.dir, log))
		if err != nil {
			return err
		}
		note(log.Name+".log", u)
	}
	for _, flood := range l.floods() {
		u, err := l.memory(flood.feed, "classify", "-")
		if err != nil {
			return err
		}
		note(flood.name, u)
	}
	rss.write(out, "input", "most memory, MB")
	goals.row("P8", "most memory of all of these, MB", "≤ 64", "≤ 32", fmt.Sprintf("%.1f", worst))
	return nil
}

// flood is an input that no memory would hold.
type flood struct {
	name string
	feed func(io.Writer) error
}

const head = "00:00:00.545 [error] GenServer X terminating\n** (stop) :x\n"

func (l *lab) floods() []flood {
	return []flood{
		{"8 times b.log by a pipe", func(w io.Writer) error {
			for range 8 {
				f, err := os.Open(logPath(l.dir, bench.Logs()[1]))
				if err != nil {
					return err
				}
				_, err = io.Copy(w, f)
				if err = errors.Join(err, f.Close()); err != nil {
					return err
				}
			}
			return nil
		}},
		{"a line of 2 GB", repeated("00:00:00.545 [error] GenServer X terminating ", "x", 2e9)},
		{"a record of 1 GB", repeated(head, "    lib/a.ex:1: A.b/1\n", 1e9)},
	}
}

// repeated writes a head and then a text again and again, so many bytes in all.
func repeated(head, text string, size int) func(io.Writer) error {
	return func(w io.Writer) error {
		block := bytes.Repeat([]byte(text), 1<<20/len(text))
		if _, err := io.WriteString(w, head); err != nil {
			return err
		}
		for left := size; left > 0; left -= len(block) {
			if _, err := w.Write(block[:min(left, len(block))]); err != nil {
				return err
			}
		}
		return nil
	}
}

// lineReports is a flood of which each line is a report, with a finding longer than
// itself: it is held to the time that a report takes, not to that of a line.
const lineReports = "1 M reports of a line each"

// hostile feeds what would break a careless reader.
func (l *lab) hostile(out io.Writer, goals *table) error {
	if !l.has("/usr/bin/time") {
		return nil
	}
	rows := &table{}
	slowest, worst, crashed := 1e9, 0.0, false
	junk := strings.Builder{}
	for i := range 1 << 16 {
		junk.WriteByte(byte(i * i >> 3))
	}
	for _, f := range []flood{
		{"1 M brackets in a state", repeated(head+"State: ", "[", 1e6)},
		{"quotes that stay open", repeated(head, "State: %{a: \"b\n", 1e8)},
		{lineReports, repeated("", "** (RuntimeError) boom\n", 23e6)},
		{"10 M lines of ** (", repeated("", "** (\n", 5e7)},
		{"banners in one line", repeated(head, " ** (X) ", 5e8)},
		{"JSON that stays open", repeated("", `{"a":`, 2e8)},
		{"50 M blank lines", repeated(head, "\n", 5e7)},
		{"carriage returns", repeated("", "** (X) y\r", 1e8)},
		{"bytes that are no text", repeated(head+strings.Repeat("x y z\n", 1000), junk.String(), 5e8)},
	} {
		u, err := l.memory(f.feed, "classify", "-")
		if err != nil {
			return err
		}
		speed := float64(u.fed) / 1e6 / u.wall.Seconds()
		rows.row(f.name, fmt.Sprintf("%.0f", speed), fmt.Sprintf("%.1f", u.rss), fmt.Sprint(u.status))
		worst = max(worst, u.rss)
		crashed = crashed || u.status < 0 || u.status > 1
		if u.fed > 10e6 && f.name != lineReports {
			slowest = min(slowest, speed)
		}
	}
	rows.write(out, "hostile input", "MB/s", "most memory, MB", "status")
	goals.row("P13", "hostile inputs: slowest, MB/s", "≥ 50", "", fmt.Sprintf("%.0f", slowest))
	goals.row("P13", "the same, most memory, MB", "≤ 64", "", fmt.Sprintf("%.1f", worst))
	goals.row("P13", "the same, crashed", "no", "", map[bool]string{false: "no", true: "yes"}[crashed])
	return nil
}
