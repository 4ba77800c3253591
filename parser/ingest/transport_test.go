package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// crashLog holds two reports with all that makes lines hard to assign: blank
// lines, indented frames and text at column 0.
const crashLog = `
12:00:00.000 [info] Running Shop.Endpoint

12:00:01.000 request_id=F1 [error] GenServer #PID<0.1.0> terminating
** (ArgumentError) errors were found at the given arguments:

  * 1st argument: not a textual representation of an integer

    :erlang.binary_to_integer("zz")
    (shop 0.1.0) lib/shop/cart.ex:12: Shop.Cart.handle_call/3
Last message (from #PID<0.2.0>): {:add, "zz"}
State: %{items: []}

12:00:02.000 [info] GET /

12:00:03.000 [error] Child Shop.Cart of Supervisor Shop.Sup terminated
** (exit) an exception was raised:
    ** (RuntimeError) boom
Start Call: Shop.Cart.start_link([])

12:00:04.000 [info] Sent 200 in 1ms
`

// wrappings put a transport round each line of a log.
var wrappings = map[string]func(line string) string{
	"docker -t":    func(s string) string { return "2026-11-21T02:22:43.082886123Z " + s },
	"kubectl":      func(s string) string { return "[pod/web-7f9/app] 2026-11-21T02:22:43.082886123Z " + s },
	"compose":      func(s string) string { return "web-1  | " + s },
	"coloured":     func(s string) string { return "\x1b[36mweb-1  |\x1b[0m " + s },
	"foreman":      func(s string) string { return "02:22:43 web.1   | " + s },
	"cri":          func(s string) string { return "2026-11-21T02:22:43.082886123Z stdout F " + s },
	"journald":     func(s string) string { return "Nov 21 02:22:43 vm shop[1234]: " + s },
	"journald iso": func(s string) string { return "2026-11-21T02:22:43+0000 vm shop[1234]: " + s },
	"syslog 3164":  func(s string) string { return "<11>Nov  1 02:22:43 vm shop[1234]: " + s },
	"syslog 5424":  func(s string) string { return `<11>1 2026-11-21T02:22:43.08Z vm shop 1234 - [a@1 k="]"] ` + s },
	"heroku":       func(s string) string { return "2026-11-21T02:22:43.082886+00:00 app[web.1]: " + s },
	"gigalixir":    func(s string) string { return "2026-11-21T02:22:43.082886+00:00 shop[shop-1]: web.1  | " + s },
	"fly":          func(s string) string { return "2026-11-21T02:22:43Z app[6e82541eb56648] syd [info] " + s },
	"cloudwatch":   func(s string) string { return "2026-11-21T02:22:43.082000+00:00 ecs/web/0123abcd " + s },
	"docker json": func(s string) string {
		return `{"log":` + quoted(s+"\n") + `,"stream":"stdout","time":"2026-11-21T02:22:43.08Z"}`
	},
	"journald json": func(s string) string {
		return `{"__REALTIME_TIMESTAMP":"1763691763082000","MESSAGE":` + quoted(s) + `,"_SYSTEMD_UNIT":"shop.service"}`
	},
	"fluent bit": func(s string) string {
		return `{"log":` + quoted(s) + `,"kubernetes":{"pod_name":"web-7f9"}}`
	},
	"google": func(s string) string {
		return `{"textPayload":` + quoted(s) + `,"severity":"INFO","timestamp":"2026-11-21T02:22:43.08Z"}`
	},
	"stern -A":        func(s string) string { return "shop web-7f9c8d5b4-x2x9z app " + s },
	"service logs":    func(s string) string { return "web.1.w8k3j2q9x7z1@node-1    | " + s },
	"service logs -t": func(s string) string { return "2026-11-21T02:22:43.082886123Z web.1.w8k3j2@node-1    | " + s },
	"stern json": func(s string) string {
		return `{"message":` + quoted(s) + `,"nodeName":"n","namespace":"shop","podName":"web-7f9","containerName":"app"}`
	},
	"vector": func(s string) string {
		return `{"file":"/var/log/pods/x","kubernetes":{"pod_name":"web-7f9","container_name":"app"},"message":` + quoted(s) + `,"source_type":"kubernetes_logs","stream":"stderr","timestamp":"2026-11-21T02:22:43.08Z"}`
	},
	"splunk": func(s string) string {
		return `{"preview":false,"result":{"_raw":` + quoted(s) + `,"_time":"2026-11-21T02:22:43.08Z","host":"vm"}}`
	},
	"compose in docker json": func(s string) string {
		return `{"log":` + quoted("web-1  | "+s+"\n") + `,"stream":"stdout","time":"2026-11-21T02:22:43.08Z"}`
	},
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func wrap(log string, wrapping func(string) string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSuffix(log, "\n"), "\n") {
		b.WriteString(wrapping(line) + "\n")
	}
	return b.String()
}

var besidesTransport = cmpopts.IgnoreFields(Record{}, "Offset", "End", "Size", "Layout", "Wrap", "Stream")
var besidesLines = cmpopts.IgnoreFields(Record{}, "Line", "EndLine", "Lines")

func TestTransports(t *testing.T) {
	want := read(t, strings.NewReader(crashLog), Options{})
	if len(want) != 2 {
		t.Fatal(len(want))
	}
	for name, wrapping := range wrappings {
		t.Run(name, func(t *testing.T) {
			got := read(t, strings.NewReader(wrap(crashLog, wrapping)), Options{})
			if diff := cmp.Diff(want, got, besidesTransport); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStreamNames(t *testing.T) {
	want := map[string]string{
		"docker -t": "", "kubectl": "web-7f9/app", "compose": "web-1", "coloured": "web-1", "cri": "", "journald": "shop",
		"syslog 5424": "shop", "heroku": "web.1", "gigalixir": "shop-1/web.1", "fly": "6e82541eb56648",
		"cloudwatch": "ecs/web/0123abcd", "stern -A": "shop/web-7f9c8d5b4-x2x9z/app", "stern json": "web-7f9/app", "vector": "web-7f9/app", "service logs": "web.1.w8k3j2q9x7z1@node-1", "journald json": "shop.service", "fluent bit": "web-7f9",
	}
	for name, stream := range want {
		for _, rec := range read(t, strings.NewReader(wrap(crashLog, wrappings[name])), Options{}) {
			if rec.Stream != stream {
				t.Errorf("%s: stream %q, want %q", name, rec.Stream, stream)
			}
		}
	}
}

// TestInterleaved mixes two containers' logs line by line.
func TestInterleaved(t *testing.T) {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSuffix(crashLog, "\n"), "\n") {
		b.WriteString("web-1  | " + line + "\n" + "web-2  | " + line + "\n")
	}
	plain := read(t, strings.NewReader(crashLog), Options{})
	got := read(t, strings.NewReader(b.String()), Options{})
	if len(got) != 4 {
		t.Fatalf("%d records, want 4", len(got))
	}
	for i, rec := range got {
		if want := []string{"web-1", "web-2"}[i%2]; rec.Stream != want {
			t.Errorf("record %d: stream %q, want %q", i, rec.Stream, want)
		}
		if diff := cmp.Diff(plain[i/2].Body, rec.Body); diff != "" {
			t.Errorf("record %d: %s", i, diff)
		}
		if want := plain[i/2].Line*2 - 1 + i%2; rec.Line != want || rec.Lines[0] != want || rec.Lines[1] != want+2 {
			t.Errorf("record %d: line %d, lines %v, want %d", i, rec.Line, rec.Lines, want)
		}
		if want := plain[i/2].EndLine*2 - 1 + i%2; rec.EndLine != want {
			t.Errorf("record %d: ends in line %d, want %d", i, rec.EndLine, want)
		}
	}
}

// TestPieces cuts lines as containerd, Docker and journald do, and mixes them with stderr.
func TestPieces(t *testing.T) {
	var cri, docker, journal strings.Builder
	const unit, other = `"_SYSTEMD_UNIT":"shop.service","__REALTIME_TIMESTAMP":"1763691763082000"`, `"_SYSTEMD_UNIT":"nginx.service","__REALTIME_TIMESTAMP":"1763691763082000"`
	log := strings.Replace(crashLog, "State: %{items: []}", "State: %{items: ["+strings.Repeat("1234, ", 100)+"1]}", 1)
	for line := range strings.SplitSeq(strings.TrimSuffix(log, "\n"), "\n") {
		for len(line) > 70 {
			fmt.Fprintf(&cri, "2026-11-21T02:22:43.08Z stdout P %s\n", line[:70])
			fmt.Fprintf(&cri, "2026-11-21T02:22:43.08Z stderr F noise\n")
			fmt.Fprintf(&docker, `{"log":%s,"stream":"stdout","time":"2026-11-21T02:22:43.08Z"}`+"\n", quoted(line[:70]))
			fmt.Fprintf(&docker, `{"log":"noise\n","stream":"stderr","time":"2026-11-21T02:22:43.08Z"}`+"\n")
			fmt.Fprintf(&journal, `{"MESSAGE":%s,%s,"_LINE_BREAK":"line-max"}`+"\n", quoted(line[:70]), unit)
			fmt.Fprintf(&journal, `{"MESSAGE":"noise",%s}`+"\n", other)
			line = line[70:]
		}
		fmt.Fprintf(&cri, "2026-11-21T02:22:43.08Z stdout F %s\n", line)
		fmt.Fprintf(&docker, `{"log":%s,"stream":"stdout","time":"2026-11-21T02:22:43.08Z"}`+"\n", quoted(line+"\n"))
		fmt.Fprintf(&journal, `{"MESSAGE":%s,%s}`+"\n", quoted(line), unit)
	}
	want := read(t, strings.NewReader(log), Options{})
	for name, log := range map[string]string{"cri": cri.String(), "docker": docker.String(), "journald": journal.String()} {
		got := read(t, strings.NewReader(log), Options{})
		diff := cmp.Diff(want, got, besidesTransport, cmpopts.IgnoreFields(Record{}, "Line", "EndLine", "Lines"))
		if diff != "" {
			t.Error(name, diff)
		}
	}
}

// TestSplitLiteral has the only literal of a report cut in two at each of its bytes,
// where a transport cuts long lines, far from anything else that would be read.
func TestSplitLiteral(t *testing.T) {
	const literal = " terminating"
	quiet := strings.Repeat("12:00:00.000 [info] GET /\n", 3000)
	stamp := "2026-11-21T02:22:43.08Z "
	ways := map[string]struct {
		size        int
		whole, part func(text string) string
		other       string
	}{
		"cri":        {16 << 10, wrappings["cri"], func(s string) string { return stamp + "stdout P " + s }, stamp + "stderr F noise"},
		"cri, small": {60, wrappings["cri"], func(s string) string { return stamp + "stdout P " + s }, stamp + "stderr P noise"},
		"docker json": {16 << 10, wrappings["docker json"], func(s string) string {
			return `{"log":` + quoted(s) + `,"stream":"stdout","time":"2026-11-21T02:22:43.08Z"}`
		}, `{"log":"noise\n","stream":"stderr","time":"2026-11-21T02:22:43.08Z"}`},
		"heroku": {herokuLine, wrappings["heroku"], wrappings["heroku"], "2026-11-21T02:22:43.082886+00:00 heroku[router]: at=info"},
	}
	for name, way := range ways {
		for at := 1; at < len(literal); at++ {
			head := "12:00:01.000 [error] GenServer "
			first := head + strings.Repeat("A", way.size-len(head)-at) + literal[:at]
			log := wrap(quiet, way.whole) + way.part(first) + "\n" + way.other + "\n" + way.whole(literal[at:]) + "\n" + way.whole("Last message: :x") + "\n" + wrap(quiet, way.whole)
			got := bothWays(t, log)
			if len(got) != 1 || got[0].Body != first[len("12:00:01.000 [error] "):]+literal[at:]+"\nLast message: :x" || got[0].Line != 3001 || got[0].EndLine != 3004 {
				t.Errorf("%s, cut after %d: %q", name, at, spans(got))
			}
		}
	}
}

// TestOneLine puts whole entries into one line, as rsyslog and journald do.
func TestOneLine(t *testing.T) {
	entry := "12:00:01.000 [error] GenServer A terminating\n** (stop) :boom\n\tLast message: :x"
	want := []*Record{{
		Input: "x.log", Stream: "shop", Line: 1, EndLine: 1, Writer: WriterElixir, Time: "12:00:01.000", Level: "error",
		Body: "GenServer A terminating\n** (stop) :boom\n\tLast message: :x", Lines: []int{1, 1, 1},
	}}
	for name, log := range map[string]string{
		"rsyslog":  "Nov 21 02:22:43 vm shop[1]: " + strings.NewReplacer("\n", "#012", "\t", "#011").Replace("#033[31m"+entry+"#033[0m") + "\n",
		"journald": `{"MESSAGE":` + quoted(entry) + `,"SYSLOG_IDENTIFIER":"shop"}` + "\n",
	} {
		want[0].End, want[0].Size = int64(len(log))-1, int64(len(log))-1
		if diff := cmp.Diff(want, read(t, strings.NewReader(log), Options{}), besidesLayout); diff != "" {
			t.Error(name, diff)
		}
	}
	bytes, _ := json.Marshal([]int{'*', '*', ' ', '(', 's', 't', 'o', 'p', ')', ' ', 0xe9})
	got := read(t, strings.NewReader(`{"MESSAGE":`+string(bytes)+`,"__REALTIME_TIMESTAMP":"1763691763082000","_SYSTEMD_UNIT":"a** (b"}`+"\n"), Options{})
	if len(got) != 1 || got[0].Body != "** (stop) \xe9" || got[0].Time != "2025-11-21T02:22:43.082000Z" {
		t.Errorf("%+v", got)
	}
}

// TestHanging has the lines of an entry below the first one indented, as
// journalctl prints them.
func TestHanging(t *testing.T) {
	const prefix = "Nov 21 02:22:43 vm shop[1234]: "
	log := prefix + "12:00:01.000 [error] GenServer A terminating\n" + strings.Repeat(" ", len(prefix)) + "** (stop) :boom\n" +
		strings.Repeat(" ", len(prefix)) + "    a.ex:1: A.b/1\n" + prefix + "12:00:02.000 [info] x\n"
	got := read(t, strings.NewReader(log), Options{})
	if len(got) != 1 || got[0].Body != "GenServer A terminating\n** (stop) :boom\n    a.ex:1: A.b/1" {
		t.Errorf("%+v", got)
	}
}

// TestNoTransport has loggers whose own prefixes look like a transport's.
func TestNoTransport(t *testing.T) {
	for name, log := range map[string]string{
		"logger_formatter": "2026-11-21T02:22:43.090138+00:00 error: Error in process <0.1.0> with exit value:, {badarg,[]}\n2026-11-21T02:22:44.090138+00:00 error: x\n",
		"iso time":         "2026-11-21T02:22:43.090138Z [error] GenServer A terminating\n2026-11-21T02:22:44.090138Z [info] x\n",
	} {
		got := read(t, strings.NewReader(log), Options{})
		if len(got) != 1 || got[0].Level != "error" || !strings.HasPrefix(got[0].Time, "2026-11-21T02:22:43.090138") || got[0].Stream != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestLearnAllocates bounds what is allocated where a log is looked at again and
// again because its lines may as well have passed through a transport.
func TestLearnAllocates(t *testing.T) {
	const report = "2026-03-20T00:00:04.909000+00:00 error: Generic server <0.1.0> terminating. Reason: x.\n"
	log := []byte(strings.Repeat(strings.Repeat("2026-03-20T00:00:00.003000+00:00 notice: order shipped in 52 ms\n", 500)+report, 100))
	records := len(read(t, bytes.NewReader(log), Options{}))
	n := testing.AllocsPerRun(1, func() { read(t, bytes.NewReader(log), Options{}) })
	if records != 100 || n > 15*100 {
		t.Errorf("%.0f allocations for %d records", n, records)
	}
}

// TestDockerLine holds the reader of Docker's lines to that of all objects.
func TestDockerLine(t *testing.T) {
	short := 0
	for _, text := range []string{``, `x`, `x\n`, `\n`, `a\nb\n`, `\u001b[31mred\u001b[0m\r\n`, `\"q\" \\ \u00e9 \ud83d\ude00 \ud83d\n`, `é`, `a","stream":"stdout`, `open \`, `\n\n`} {
		for _, rest := range []string{
			`"`, `","stream":"stdout"}`, `","stream":"stderr","time":"2026-11-21T02:22:43.082886123Z"}`, `","stream":"stdout","time":"2026-11-21T02:22:43,08+01:00"}`,
			`","stream":"stdout","time":"2026-11-21T02:22:43Z"} `, `","stream":"stdout","time":"2026-11-21T02:22:43Z","x":1}`, `","stream":"","time":"2026-11-21T02:22:43Z"}`,
			`","stream":"stdout","time":"soon"}`, `","stream":"stdout","time":""}`, `","stream":"stdout","time":"2026-11-21T02:22:43Z"`, `","stream":"stdout","time":"2026-11-21T02:22:43Z\\"}`,
			`","stream":"stdouts","time":"2026-11-21T02:22:43Z"}`, `", "stream":"stdout","time":"2026-11-21T02:22:43Z"}`, `","stream":"stdout","attrs":{"a":"b"},"time":"2026-11-21T02:22:43Z"}`,
		} {
			line := []byte(`{"log":"` + text + rest)
			got, want := peeled{text: line, name: "a", channel: "b"}, peeled{text: line, name: "a", channel: "b"}
			if !peelDocker(&got) {
				continue
			}
			short++
			if fit := peelObject(&want); fit != fitsWell || string(got.text) != string(want.text) || got.name != want.name || got.channel != want.channel ||
				got.time != want.time || got.part != want.part || got.whole != want.whole || got.decoded != want.decoded {
				t.Errorf("%s: %+v, want %+v", line, got, want)
			}
		}
	}
	if short < 15 {
		t.Errorf("%d lines are read as Docker's", short)
	}
}
