package corpus

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/internal/golden"
	"github.com/beamlog/beamlog/internal/pipeline"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/google/go-cmp/cmp"
)

const (
	formatsPage = "../../docs/formats.md"
	formatsFrom = "<!-- from here to the end mark: go test ./internal/corpus -run '^TestFormatsDoc$' -update -->\n"
	formatsTo   = "<!-- end of what is generated -->\n"
)

// formatsNew is a page with nothing in it yet. What stands outside the marks is
// written by hand and stays.
const formatsNew = "# What beamlog reads\n\n" + formatsFrom + formatsTo

// writeInputFormats lists what --input-format takes.
func writeInputFormats(b *strings.Builder) {
	b.WriteString("\n## Names of input formats\n\nWhat `--input-format` takes. Transports stand before the logger whose text they carry: `kubectl,elixir`.\n\n" +
		"| name | class | what writes it |\n| --- | --- | --- |\n")
	for _, f := range ingest.InputFormats() {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", f.Name, f.Class, f.About)
	}
}

// TestFormatsDoc holds docs/formats.md to what the logs under testdata/logs
// give, the transports that are tested, and the tests of the hard cases. With
// -update it writes the page.
func TestFormatsDoc(t *testing.T) {
	page, err := os.ReadFile(formatsPage)
	if os.IsNotExist(err) && golden.Update() {
		page, err = []byte(formatsNew), nil
	}
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(page), formatsFrom)
	_, tail, ok2 := strings.Cut(rest, formatsTo)
	if !ok || !ok2 {
		t.Fatalf("%s has lost its marks", formatsPage)
	}
	var b strings.Builder
	writeLogs(t, &b)
	writeTransports(&b)
	writeInputFormats(&b)
	writeHardCases(t, &b)
	now := head + formatsFrom + b.String() + formatsTo + tail
	if golden.Update() {
		if err := os.WriteFile(formatsPage, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if now != string(page) {
		t.Errorf("%s (make docs rewrites it): (-is +should be)\n%s", formatsPage, cmp.Diff(string(page), now))
	}
}

// origin is a row of testdata/logs/INDEX.md: who wrote a file.
type origin struct{ files, by string }

// origins reads the index: what it says of each folder, row by row.
func origins(t *testing.T) map[string][]origin {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(logs, "INDEX.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]origin{}
	folder := ""
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.ReplaceAll(strings.TrimSpace(line), `\|`, "\x00"), "|")
		if len(cells) != 5 || strings.HasPrefix(cells[1], " ---") {
			folder = ""
			continue
		}
		for i := range cells {
			cells[i] = strings.ReplaceAll(strings.TrimSpace(cells[i]), "\x00", `\|`)
		}
		if name := strings.Trim(cells[1], "`"); name != "" {
			folder = name
		}
		all[folder] = append(all[folder], origin{cells[2], cells[3]})
	}
	return all
}

// readLog is what one log of testdata gives.
type readLog struct {
	name     string
	kinds    map[parser.Kind]int
	reports  int64
	complete int64
	unread   int64
}

// logFolders reads all logs under testdata/logs, by folder.
func logFolders(t *testing.T) (folders []string, byFolder map[string][]readLog) {
	t.Helper()
	byFolder = map[string][]readLog{}
	err := filepath.WalkDir(logs, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isLog(path) {
			return err
		}
		folder, err := filepath.Rel(logs, filepath.Dir(path))
		if err != nil {
			return err
		}
		folder = filepath.ToSlash(folder)
		if byFolder[folder] == nil {
			folders = append(folders, folder)
		}
		byFolder[folder] = append(byFolder[folder], readOf(t, path))
		return nil
	})
	if err != nil || len(folders) == 0 {
		t.Fatalf("logs under %s: %v", logs, err)
	}
	sort.Strings(folders)
	return folders, byFolder
}

func isLog(path string) bool {
	path = strings.TrimSuffix(path, ".gz")
	return strings.HasSuffix(path, ".log") || strings.HasSuffix(path, ".dump")
}

func readOf(t *testing.T, path string) readLog {
	t.Helper()
	l := readLog{name: filepath.Base(path), kinds: map[parser.Kind]int{}}
	_, setup, _ := strings.Cut(strings.TrimSuffix(l.name, ".log"), ".")
	o := pipeline.Options{
		Inputs: []string{path}, Ingest: corpusLog{setup: setup}.options(),
		Bad: func(err error) { t.Error(err) },
	}
	sum, err := pipeline.Reports(context.Background(), o, func(r *parser.Report) error {
		l.kinds[r.Kind]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	total := sum.Total()
	l.reports, l.complete, l.unread = total.Reports, total.Reports-total.Cut, total.Unread
	return l
}

// kindList is the kinds of reports of a log, the most frequent first.
func kindList(kinds map[parser.Kind]int) string {
	var names []parser.Kind
	for k := range kinds {
		names = append(names, k)
	}
	slices.SortFunc(names, func(a, b parser.Kind) int {
		if kinds[a] != kinds[b] {
			return kinds[b] - kinds[a]
		}
		return strings.Compare(string(a), string(b))
	})
	var parts []string
	for _, k := range names {
		parts = append(parts, fmt.Sprintf("%d %s", kinds[k], k))
	}
	return strings.Join(parts, ", ")
}

func writeLogs(t *testing.T, b *strings.Builder) {
	index := origins(t)
	folders, byFolder := logFolders(t)
	b.WriteString("\n## Logs by writer and version\n\n" +
		"What is read of every log in `testdata/logs`, by the program that wrote it. A report is complete where every part that\n" +
		"its kind always has is there. Not understood are records that look like reports and give none, as `beamlog parse\n" +
		"--unparsed` lists them; some programs here write prose that is made up to look like reports.\n")
	writeVersions(b, folders, byFolder)
	for _, folder := range folders {
		fmt.Fprintf(b, "\n### %s\n\n", folder)
		said := 0
		for _, o := range originsOf(index, folder) {
			said++
			if o.files == "" || strings.HasPrefix(o.files, "the same") {
				fmt.Fprintf(b, "- %s\n", o.by)
			} else {
				fmt.Fprintf(b, "- %s: %s\n", o.files, o.by)
			}
		}
		if said == 0 {
			t.Errorf("testdata/logs/INDEX.md does not say who wrote %s", folder)
		}
		b.WriteString("\n| log | reports | by kind | complete | not understood |\n| --- | ---: | --- | ---: | ---: |\n")
		for _, l := range byFolder[folder] {
			fmt.Fprintf(b, "| `%s` | %d | %s | %d | %d |\n", l.name, l.reports, kindList(l.kinds), l.complete, l.unread)
		}
	}
}

// writeVersions writes what is read of each writer, all its versions together.
func writeVersions(b *strings.Builder, folders []string, byFolder map[string][]readLog) {
	var writers []string
	versions, kinds := map[string][]string{}, map[string]map[parser.Kind]int{}
	for _, folder := range folders {
		name, _, _ := strings.Cut(folder, "/")
		name = strings.TrimPrefix(strings.TrimPrefix(name, "corpus-"), "pairs-")
		writer, version := name, ""
		if i := strings.LastIndexByte(name, '-'); i >= 0 {
			writer, version = name[:i], name[i+1:]
		}
		if kinds[writer] == nil {
			writers = append(writers, writer)
			kinds[writer] = map[parser.Kind]int{}
		}
		if version != "" && !slices.Contains(versions[writer], version) {
			versions[writer] = append(versions[writer], version)
		}
		for _, l := range byFolder[folder] {
			for k, n := range l.kinds {
				kinds[writer][k] += n
			}
		}
	}
	sort.Strings(writers)
	b.WriteString("\n| writer | versions | reports read |\n| --- | --- | --- |\n")
	for _, w := range writers {
		slices.SortFunc(versions[w], compareVersions)
		fmt.Fprintf(b, "| %s | %s | %s |\n", w, strings.Join(versions[w], ", "), kindList(kinds[w]))
	}
}

// compareVersions puts 1.7.4 before 1.12.3.
func compareVersions(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		m, errX := strconv.Atoi(x)
		n, errY := strconv.Atoi(y)
		if errX != nil || errY != nil {
			return strings.Compare(x, y)
		}
		return m - n
	})
}

// originsOf gives what the index says of a folder. The corpus has a table of its
// own there, of programs.
func originsOf(index map[string][]origin, folder string) []origin {
	if o := index[folder]; len(o) > 0 {
		return o
	}
	if strings.HasPrefix(folder, "pairs-") {
		return []origin{{"", "written by `testdata/programs/pairs/run`: `VERSION.WRITER.log`; see `testdata/logs/INDEX.md`"}}
	}
	if strings.HasPrefix(folder, "corpus-") {
		return []origin{{"", "written by `make corpus`: `PROGRAM.SETUP.log`; programs and set-ups are listed in `testdata/logs/INDEX.md`"}}
	}
	return nil
}

func writeTransports(b *strings.Builder) {
	b.WriteString("\n## Transports and loggers round a log\n\n" +
		"Every log above gives the same findings through each of these (`TestTransports`), and streams that are mixed line by line\n" +
		"come apart again (`TestInterleavedStreams`).\n\n| transport | stream, as read | what it loses |\n| --- | --- | --- |\n")
	for _, way := range transports {
		var lost []string
		if way.lossy {
			lost = append(lost, "blank lines")
		}
		if way.unicode {
			lost = append(lost, "bytes that are not UTF-8")
		}
		stream := way.stream
		if stream != "" {
			stream = "`" + stream + "`"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", way.name, stream, strings.Join(lost, ", "))
	}
}

var hardCaseTest = regexp.MustCompile(`(?m)^func (TestHardCase(\d+)\w*)\(t \*testing\.T\)`)

// hardCaseTests finds the tests that are named for one hard case, by its number.
func hardCaseTests(t *testing.T) map[int][]string {
	t.Helper()
	found := map[int][]string{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range hardCaseTest.FindAllSubmatch(text, -1) {
			n, err := strconv.Atoi(string(m[2]))
			if err != nil {
				return err
			}
			dir, err := filepath.Rel("../..", filepath.Dir(path))
			if err != nil {
				return err
			}
			found[n] = append(found[n], filepath.ToSlash(dir)+"."+string(m[1]))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func writeHardCases(t *testing.T, b *strings.Builder) {
	tests := hardCaseTests(t)
	for _, c := range allHardCases() {
		if name := fmt.Sprintf("internal/corpus.TestHardCases/%02d", c.number); !slices.Contains(tests[c.number], name) {
			tests[c.number] = append(tests[c.number], name)
		}
	}
	b.WriteString("\n## Hard cases\n\nEach is a test. What cannot be met, or only in part, is said at the end of this page.\n\n| # | case | test |\n| ---: | --- | --- |\n")
	for i, text := range hardCases {
		names := tests[i+1]
		sort.Strings(names)
		for j := range names {
			names[j] = "`" + names[j] + "`"
		}
		if len(names) == 0 {
			t.Errorf("hard case %d has no test", i+1)
		}
		fmt.Fprintf(b, "| %d | %s | %s |\n", i+1, text, strings.Join(names, ", "))
	}
}

// hardCases says what each hard case is; the number of the first is 1.
var hardCases = [...]string{
	"user text with the exact words of a report: weak, unless more proves it",
	"a banner in the middle of a line opens nothing",
	"blank lines and bullets inside an exception's message",
	"1.19's terms on lines of their own are values, not frames",
	"Postgrex's indented lines are part of the message",
	"`Args:` of a Task report is not a frame",
	"frames under a client's name belong to the client",
	"blank lines inside a printed state",
	"a state of ten megabytes on one line",
	"lines of over 16 KiB in pieces, by docker and CRI",
	"bytes that are not UTF-8, Latin-1, U+FFFD",
	"`(truncated)` in the middle of a state",
	"reports whose head is missing: frames alone",
	"a VM that dies inside a report",
	"two processes' reports interleaved in one stream",
	"several pods in one text: a stream each",
	"the same crash ten thousand times: constant memory",
	"a supervisor that gives up, the crash before it cut off",
	"supervisors that give up one after the other, up to the application: one incident",
	"a child that was killed: no termination is to come",
	"calls that failed in calls: the cause is the innermost",
	"brackets and commas inside strings of a call's arguments",
	"a cast as either syntax prints it",
	"metadata with blanks; a level in brackets inside a message",
	"formats without a time; JSON and text in one file",
	"colours round and inside lines, in every spelling",
	"legacy headers with and without microseconds, UTC and node",
	"a legacy header over a user's line is no report",
	"a crash report that no supervisor tells of",
	"`name` for `id` in supervisor reports of old OTP",
	"`registered_name: []` means that it has none",
	"mailboxes in crash reports are skipped, and counted",
	"an Elixir exception in Erlang's syntax",
	"a bad return value that was thrown",
	"one type for the aliases of a reason in both spellings",
	"`function_clause` by a message that nobody expected, or by bad arguments",
	"orderly shutdown is no failure",
	"an `erl_crash.dump` that is huge, or cut",
	"slogans of several lines",
	"single-line reports with `. ` inside values",
	"RabbitMQ's prefix on every line",
	"lager's sentences with terms cut by `...`",
	"fingerprints do not depend on lines, pids, references and numbers of funs",
	"clocks that jump, times without a date",
	"time zones are never converted",
	"secrets in states",
	"clients that leave a database pool, a thousand a second",
	"a pasted ticket: entities, fences, quotes, curly quotes",
	"CRLF, BOM, tabs for indentation",
	"empty input, no reports, compressed input, other binaries",
	"`Attempted function clauses` are message text",
	"frames without a file; `(file)`; names in any script",
	"shell prompts before the text",
	"failures of ExUnit",
	"an application's start that failed, in Erlang's spelling",
	"`failed_to_start_child` in four levels",
	"a pid used again after a restart, or by another node",
	"a transport's level never overrides the report's",
	"a release's boot: stderr's banner inside stdout's line",
	"Oban's exceptions in JSON at level info",
	"the same banner of Bandit, Broadway and an application; its repeat",
	"Cowboy's nested exits, SASL's spelling",
	"a term printed over sixty lines at deep columns",
	"Google Cloud's JSON of a GenServer's crash, without a header",
	"error texts of users that only look like a banner",
	"sixteen lines of a pool that cannot connect: one incident",
}
