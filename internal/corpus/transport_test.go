package corpus

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/beamlog/beamlog/classify"
	"github.com/klauspost/compress/zstd"
)

// transport is one way for a log to travel.
type transport struct {
	name   string
	stream string
	// lossy transports drop blank lines: messages differ in these.
	lossy bool
	// unicode transports carry nothing but valid UTF-8.
	unicode bool
	// packed inputs are decoded as they are opened: places are those of the text.
	packed bool
	wrap   func(s *sample) wrapped
}

// wrapped is a log as it arrives. first and last are the physical lines that hold
// each line of the log as it was written, 0 where there is none.
type wrapped struct {
	text        []byte
	first, last []int
}

// put appends the physical lines that make up the next line of the log.
func (w *wrapped) put(lines ...string) {
	n := bytes.Count(w.text, []byte("\n"))
	for _, line := range lines {
		w.text = append(append(w.text, line...), '\n')
	}
	if len(lines) == 0 {
		w.first, w.last = append(w.first, 0), append(w.last, 0)
		return
	}
	w.first, w.last = append(w.first, n+1), append(w.last, n+len(lines))
}

// eachLine wraps every line by itself.
func eachLine(wrap func(line string) string) func(*sample) wrapped {
	return pieces(func(line string) []string { return []string{wrap(line)} })
}

// pieces wraps every line in any number of physical ones.
func pieces(wrap func(line string) []string) func(*sample) wrapped {
	return func(s *sample) wrapped {
		var w wrapped
		for _, line := range s.lines() {
			w.put(wrap(line)...)
		}
		return w
	}
}

// whole changes the bytes of the log, not its lines.
func whole(change func(text []byte) []byte) func(*sample) wrapped {
	return func(s *sample) wrapped {
		w := wrapped{text: change(s.text)}
		for i := range s.lines() {
			w.first, w.last = append(w.first, i+1), append(w.last, i+1)
		}
		return w
	}
}

// entries wraps all lines of a record at once, and other lines by themselves.
func entries(wrap func(lines []string) []string) func(*sample) wrapped {
	return func(s *sample) wrapped {
		var w wrapped
		lines := s.lines()
		for i := 0; i < len(lines); {
			n := 1
			for _, f := range s.plain {
				if rec := f.Report.Record; rec.Line == i+1 {
					n = max(n, rec.EndLine-i)
				}
			}
			out := wrap(lines[i : i+n])
			w.put(out...)
			for k := 1; k < n; k++ {
				at := len(w.first) - 1
				w.first, w.last = append(w.first, w.first[at]), append(w.last, w.last[at])
			}
			if len(out) == n { // a line each
				for k := range n {
					w.first[i+k], w.last[i+k] = w.first[i]+k, w.first[i]+k
				}
			}
			i += n
		}
		return w
	}
}

func inJSON(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // strings can be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// chunks cuts a line into pieces of at most n bytes.
func chunks(line string, n int) []string {
	var out []string
	for len(line) > n {
		out = append(out, line[:n])
		line = line[n:]
	}
	return append(out, line)
}

const stampZ = "2026-11-21T02:22:43.082886123Z "

func prefixed(prefix string) func(*sample) wrapped {
	return eachLine(func(line string) string { return prefix + line })
}

// dockerFile is docker's json-file with lines cut into pieces of n bytes. Pieces
// that are no UTF-8 cannot be account in JSON, so a cut keeps runes whole.
func dockerFile(n int) func(line string) []string {
	return func(line string) []string {
		var out []string
		for line += "\n"; line != ""; {
			k := min(n, len(line))
			for k < len(line) && line[k]&0xc0 == 0x80 {
				k++
			}
			out = append(out, `{"log":`+inJSON(line[:k])+`,"stream":"stderr","time":"2026-11-21T02:22:43.082886123Z"}`)
			line = line[k:]
		}
		return out
	}
}

// cri is containerd's file with lines cut into pieces of n bytes.
func cri(n int) func(line string) []string {
	return func(line string) []string {
		out := chunks(line, n)
		for i := range out {
			tag := "P "
			if i == len(out)-1 {
				tag = "F "
			}
			out[i] = stampZ + "stdout " + tag + out[i]
		}
		return out
	}
}

// rsyslog escapes control characters as rsyslogd does.
var rsyslog = strings.NewReplacer("\n", "#012", "\t", "#011", "\x1b", "#033", "\r", "#015")

// unblank drops the blank lines, as journald does with the lines of a pipe.
func unblank(wrap func(line string) string) func(*sample) wrapped {
	return pieces(func(line string) []string {
		if line == "" {
			return nil
		}
		return []string{wrap(line)}
	})
}

// journalBytes is an entry of journald whose text is no UTF-8.
func journalBytes(text string) string {
	numbers := make([]int, len(text))
	for i := range len(text) {
		numbers[i] = int(text[i])
	}
	list, err := json.Marshal(numbers)
	if err != nil {
		panic(err) // numbers can be encoded
	}
	return `{"__REALTIME_TIMESTAMP":"1763691763082000","PRIORITY":"3","_PID":"1234","_SYSTEMD_UNIT":"shop.service","MESSAGE":` + string(list) + `}`
}

// colours spells the escapes of a coloured log; a log without colours gets some,
// with the reset at the line's end.
func colours(esc string) func(*sample) wrapped {
	return func(s *sample) wrapped {
		own := bytes.IndexByte(s.text, 0x1b) >= 0
		return eachLine(func(line string) string {
			if own {
				return strings.ReplaceAll(line, "\x1b", esc)
			}
			return esc + "[31m" + line + esc + "[0m"
		})(s)
	}
}

func toUTF16(little bool) func([]byte) []byte {
	return func(text []byte) []byte {
		out := []byte{0xfe, 0xff}
		if little {
			out = []byte{0xff, 0xfe}
		}
		for _, u := range utf16.Encode([]rune(string(text))) {
			if little {
				out = append(out, byte(u), byte(u>>8))
			} else {
				out = append(out, byte(u>>8), byte(u))
			}
		}
		return out
	}
}

func gzipped(text []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(text)
	z.Close()
	return b.Bytes()
}

func zstandard(text []byte) []byte {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err) // without options there is nothing to be wrong
	}
	return z.EncodeAll(text, nil)
}

const journal = "Nov 21 02:22:43 vm shop[1234]: "

// transports are those of formats.md, section E.
var transports = []transport{
	{name: "docker -t", wrap: prefixed(stampZ)},
	{name: "docker compose", stream: "web-1", wrap: prefixed("web-1     | ")},
	{name: "docker compose v1", stream: "web_1", wrap: prefixed("web_1  | ")},
	{name: "docker compose, coloured", stream: "web-1", wrap: prefixed("\x1b[36mweb-1     | \x1b[0m")},
	{name: "docker compose -t", stream: "web-1", wrap: prefixed("web-1  | " + stampZ)},
	{name: "docker json-file", unicode: true, wrap: pieces(dockerFile(16 << 10))},
	{name: "docker json-file, small pieces", unicode: true, wrap: pieces(dockerFile(400))},
	{name: "cri", wrap: pieces(cri(16 << 10))},
	{name: "cri, small pieces", wrap: pieces(cri(400))},
	{name: "kubectl --timestamps", wrap: prefixed(stampZ)},
	{name: "kubectl --prefix", stream: "web-7f9/app", wrap: prefixed("[pod/web-7f9/app] ")},
	{name: "kubectl --prefix --timestamps", stream: "web-7f9/app", wrap: prefixed("[pod/web-7f9/app] " + stampZ)},
	{name: "stern", stream: "web-7f9c8d5b4-x2x9z/app", wrap: prefixed("web-7f9c8d5b4-x2x9z app ")},
	{name: "stern, coloured", stream: "web-7f9c8d5b4-x2x9z/app", wrap: prefixed("\x1b[36mweb-7f9c8d5b4-x2x9z\x1b[0m \x1b[32mapp\x1b[0m ")},
	{name: "foreman", stream: "web.1", wrap: prefixed("02:22:43 web.1   | ")},
	{name: "journald short", stream: "shop", lossy: true, wrap: unblank(func(line string) string { return journal + line })},
	{name: "journald short-iso", stream: "shop", lossy: true, wrap: unblank(func(line string) string { return "2026-11-21T02:22:43+0000 vm shop[1234]: " + line })},
	{name: "journald short-precise", stream: "shop", lossy: true, wrap: unblank(func(line string) string { return "Nov 21 02:22:43.082886 vm shop[1234]: " + line })},
	{name: "journald, whole entries", stream: "shop", wrap: entries(func(lines []string) []string {
		out := slices.Clone(lines)
		for i := range out {
			if i == 0 {
				out[i] = journal + out[i]
			} else {
				out[i] = strings.Repeat(" ", len(journal)) + out[i]
			}
		}
		return out
	})},
	{name: "journald json", unicode: true, stream: "shop.service", lossy: true, wrap: unblank(func(line string) string {
		return `{"__REALTIME_TIMESTAMP":"1763691763082000","_SYSTEMD_UNIT":"shop.service","MESSAGE":` + inJSON(line) + `,"PRIORITY":"3"}`
	})},
	{name: "journald json, bytes", stream: "shop.service", lossy: true, wrap: unblank(journalBytes)},
	{name: "journald json, whole entries", stream: "shop.service", wrap: entries(func(lines []string) []string { return []string{journalBytes(strings.Join(lines, "\n"))} })},
	{name: "syslog 3164", stream: "shop", wrap: prefixed("<11>Nov  1 02:22:43 vm shop[1234]: ")},
	{name: "syslog 3164, whole entries", stream: "shop", wrap: entries(func(lines []string) []string {
		return []string{"<11>Nov 21 02:22:43 vm shop[1234]: " + rsyslog.Replace(strings.Join(lines, "\n"))}
	})},
	{name: "syslog 5424", stream: "shop", wrap: prefixed(`<11>1 2026-11-21T02:22:43.08Z vm shop 1234 - [a@1 k="]\""] ` + "\xef\xbb\xbf")},
	{name: "syslog 5424, whole entries", stream: "shop", wrap: entries(func(lines []string) []string {
		return []string{"<11>1 2026-11-21T02:22:43.08Z vm shop 1234 - - " + rsyslog.Replace(strings.Join(lines, "\n"))}
	})},
	{name: "heroku", stream: "web.1", wrap: pieces(func(line string) []string {
		out := chunks(line, 10000)
		for i := range out {
			out[i] = "2026-11-21T02:22:43.082886+00:00 app[web.1]: " + out[i]
		}
		return out
	})},
	{name: "fly", stream: "6e82541eb56648", wrap: prefixed("2024-10-14T23:31:34Z app[6e82541eb56648] syd [info] ")},
	{name: "fly, older", stream: "6e82541e", wrap: prefixed("2024-10-14T23:31:34.123Z app[6e82541e] fra [info] ")},
	{name: "gigalixir", stream: "shop-abc-1/web.1", wrap: prefixed("2026-11-21T02:22:43.082886+00:00 shop[shop-abc-1]: web.1  | ")},
	{name: "cloudwatch tail", stream: "ecs/web/0123abcd", wrap: prefixed("2026-11-21T02:22:43.082000+00:00 ecs/web/0123abcd ")},
	{name: "cloudwatch events", unicode: true, wrap: cloudWatch("", "")},
	{name: "cloudwatch events, pretty", unicode: true, wrap: cloudWatch("    ", `,"ingestionTime": 1763691763090`)},
	{name: "google text payload", unicode: true, wrap: eachLine(func(line string) string {
		return `{"textPayload":` + inJSON(line) + `,"severity":"INFO","timestamp":"2026-11-21T02:22:43.08Z"}`
	})},
	{name: "fluent bit", unicode: true, stream: "web-7f9", wrap: eachLine(func(line string) string {
		return `{"log":` + inJSON(line) + `,"kubernetes":{"pod_name":"web-7f9"}}`
	})},
	{name: "cri in compose in docker", unicode: true, stream: "kind-1", wrap: pieces(func(line string) []string {
		var out []string
		for _, piece := range cri(300)(line) {
			out = append(out, dockerFile(16<<10)("kind-1  | "+piece)...)
		}
		return out
	})},
	{name: "JSON logger", unicode: true, wrap: entries(func(lines []string) []string {
		return []string{`{"time":"2026-11-21T02:22:43.082Z","severity":"error","message":` + inJSON(strings.Join(lines, "\n")) + `,"metadata":{"pid":"<0.1.0>"}}`}
	})},
	{name: "JSON logger, pretty", unicode: true, wrap: entries(func(lines []string) []string {
		return []string{"{", `  "time": "2026-11-21T02:22:43.082Z",`, `  "severity": "error",`, `  "message": ` + inJSON(strings.Join(lines, "\n")), "}"}
	})},
	{name: "logfmt", unicode: true, wrap: entries(func(lines []string) []string {
		return []string{`time=2026-11-21T02:22:43Z level=error msg=` + inJSON(strings.Join(lines, "\n"))}
	})},
	{name: "stern -A", stream: "shop/web-7f9c8d5b4-x2x9z/app", wrap: prefixed("shop web-7f9c8d5b4-x2x9z app ")},
	{name: "stern json", unicode: true, stream: "web-7f9/app", wrap: eachLine(func(line string) string {
		return `{"message":` + inJSON(line) + `,"nodeName":"n","namespace":"shop","podName":"web-7f9","containerName":"app"}`
	})},
	{name: "docker service logs", stream: "web.1.w8k3j2q9@node-1", wrap: prefixed("web.1.w8k3j2q9@node-1    | ")},
	{name: "vector", unicode: true, stream: "web-7f9/app", wrap: eachLine(func(line string) string {
		return `{"kubernetes":{"pod_name":"web-7f9","container_name":"app"},"message":` + inJSON(line) + `,"source_type":"kubernetes_logs","stream":"stderr"}`
	})},
	{name: "elasticsearch hits", unicode: true, stream: "web-1", wrap: listed(`{"took":5,"hits":{"total":{"value":9},"hits":[`, `]}}`, func(line string) string {
		return `{"_index":"l","_source":{"@timestamp":"2026-11-21T02:22:43.082Z","message":` + inJSON(line) + `,"container":{"name":"web-1"}},"sort":[1]}`
	})},
	{name: "loki query", unicode: true, stream: "web-1", wrap: listed(`{"status":"success","data":{"resultType":"streams","result":[{"stream":{"pod":"web-1"},"values":[`, `]}],"stats":{}}}`, func(line string) string {
		return `["1763691763082000000",` + inJSON(line) + `]`
	})},
	{name: "grafana export", unicode: true, wrap: listed("[", "]", func(line string) string {
		return `{"line":` + inJSON(line) + `,"timestamp":"1763691763082000000","date":"2026-11-21T02:22:43.082Z","fields":{}}`
	})},
	{name: "gcloud logging read", unicode: true, stream: "web-1/app", wrap: listed("[", "]", func(line string) string {
		return `{"insertId":"a","resource":{"labels":{"pod_name":"web-1","container_name":"app"}},"severity":"ERROR","textPayload":` + inJSON(line) + `}`
	})},
	{name: "cloudwatch insights", unicode: true, stream: "web", wrap: listed(`{"results":[`, `],"status":"Complete"}`, func(line string) string {
		return `[{"field":"@message","value":` + inJSON(line) + `},{"field":"@logStream","value":"web"}]`
	})},
	{name: "datadog search", unicode: true, stream: "shop", wrap: listed(`{"data":[`, `],"meta":{}}`, func(line string) string {
		return `{"id":"a","type":"log","attributes":{"host":"vm","message":` + inJSON(line) + `,"service":"shop","status":"error"}}`
	})},
	{name: "opentelemetry", unicode: true, wrap: listed(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[`, `]}]}]}`, func(line string) string {
		return `{"timeUnixNano":"1763691763082000000","body":{"stringValue":` + inJSON(line) + `},"stream":"stdout"}`
	})},
	{name: "splunk", unicode: true, wrap: eachLine(func(line string) string {
		return `{"preview":false,"result":{"_raw":` + inJSON(line) + `,"host":"vm"}}`
	})},
	{name: "quoted", wrap: prefixed("> ")},
	{name: "diff", wrap: prefixed("+")},
	{name: "CRLF", wrap: whole(func(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")) })},
	{name: "BOM", wrap: whole(func(text []byte) []byte { return append([]byte("\xef\xbb\xbf"), text...) })},
	{name: "UTF-16 little endian", unicode: true, packed: true, wrap: whole(toUTF16(true))},
	{name: "UTF-16 big endian", unicode: true, packed: true, wrap: whole(toUTF16(false))},
	{name: "gzip", packed: true, wrap: whole(gzipped)},
	{name: "zstd", packed: true, wrap: whole(zstandard)},
	{name: "colours", wrap: colours("\x1b")},
	{name: `colours \u001b`, wrap: colours(`\u001b`)},
	{name: `colours \x1b`, wrap: colours(`\x1b`)},
	{name: `colours \e`, wrap: colours(`\e`)},
	{name: "colours ^[", wrap: colours("^[")},
	{name: "colours #033", wrap: colours("#033")},
}

// listed puts an entry for every line into a list, on a line of its own.
func listed(head, tail string, entry func(line string) string) func(*sample) wrapped {
	return func(s *sample) wrapped {
		w := wrapped{text: []byte(head)}
		for i, line := range s.lines() {
			if i > 0 {
				w.text = append(w.text, ",\n"...)
			}
			w.text = append(w.text, entry(line)...)
			w.first, w.last = append(w.first, i+1), append(w.last, i+1)
		}
		w.text = append(w.text, tail+"\n"...)
		return w
	}
}

// cloudWatch is what "aws logs get-log-events" gives: an event for every line.
func cloudWatch(indent, more string) func(*sample) wrapped {
	return func(s *sample) wrapped {
		var w wrapped
		w.text = []byte("{\"events\":[")
		n := 1
		for i, line := range s.lines() {
			if i > 0 {
				w.text = append(w.text, ',')
			}
			if indent != "" {
				w.text = append(w.text, "\n"+indent...)
				n++
			}
			w.first = append(w.first, n)
			event := `{"timestamp": 1763691763082, "message": ` + inJSON(line) + more + `}`
			if indent != "" {
				event = "{\n" + indent + `"timestamp": 1763691763082,` + "\n" + indent + `"message": ` + inJSON(line) + more + "\n" + indent + "}"
				n += 3
			}
			w.text = append(w.text, event...)
			w.last = append(w.last, n)
		}
		w.text = append(w.text, "]}\n"...)
		return w
	}
}

// expected is what the findings of s must be after the way of a transport.
func (w *wrapped) expected(s *sample, stream string) []account {
	var all []account
	for _, x := range s.told {
		x.Stream = stream
		x.Line, x.End = w.first[x.Line-1], w.last[x.End-1]
		all = append(all, x)
	}
	return all
}

// tooDeep says whether a way would put the entries of a JSON logger into those of
// another, or three times into JSON: nobody writes so.
func (w *transport) tooDeep(s *sample) bool {
	if strings.Contains(s.name, ".json-nested") && strings.HasSuffix(w.name, "small pieces") {
		return true
	}
	return strings.Contains(s.name, ".json-") &&
		(strings.HasPrefix(w.name, "JSON logger") || w.name == "logfmt" || w.name == "cri in compose in docker")
}

// TestTransports sends logs by each of the transports. Of all pairs of a transport
// and a log it takes half, evenly: every transport carries half of the logs, and every
// log goes by half of the transports.
func TestTransports(t *testing.T) {
	all, every := samples(t, 80<<10), 2
	if testing.Short() {
		every = 16
	}
	for i, way := range transports {
		t.Run(way.name, func(t *testing.T) {
			for j, s := range all {
				if (i+j)%every != 0 || way.unicode && !utf8.Valid(s.text) || way.tooDeep(s) {
					continue
				}
				w := way.wrap(s)
				want, all := w.expected(s, way.stream), findings(t, w.text, s.options)
				got := accountsOf(all)
				if !way.packed {
					checkSpans(t, s.name, w.text, all)
				}
				if way.lossy {
					unblanked(want)
					unblanked(got)
				}
				if diff := firstDifference(want, got); diff != "" {
					t.Errorf("%s: %s", s.name, diff)
				}
			}
		})
	}
}

// checkSpans holds that the bytes of a report in the input are those of its lines:
// they begin where its first line begins and end where its last one does.
func checkSpans(t *testing.T, name string, text []byte, all []*classify.Finding) {
	t.Helper()
	for _, f := range all {
		r := f.Report
		if r.Offset < 0 || r.End < r.Offset || r.End > int64(len(text)) {
			t.Fatalf("%s: line %d: bytes %d to %d of %d", name, r.Line, r.Offset, r.End, len(text))
		}
		first, last := 1+bytes.Count(text[:r.Offset], []byte("\n")), 1+bytes.Count(text[:r.End], []byte("\n"))
		if first != r.Line || last != r.EndLine {
			t.Errorf("%s: lines %d to %d, but bytes %d to %d are of lines %d to %d", name, r.Line, r.EndLine, r.Offset, r.End, first, last)
		}
		if rest := text[r.End:]; len(rest) > 0 && bytes.IndexByte([]byte("\r\n,] "), rest[0]) < 0 {
			t.Errorf("%s: line %d ends before %.20q", name, r.EndLine, rest)
		}
	}
}

// unblanked takes blank lines out of what findings tell.
func unblanked(all []account) {
	blank := strings.NewReplacer(`\n`, "", "\n", "", " ", "")
	for i := range all {
		x := &all[i]
		x.Reason, x.Chain, x.State, x.Message = blank.Replace(x.Reason), blank.Replace(x.Chain), blank.Replace(x.State), blank.Replace(x.Message)
	}
}

// mixings put a line of one of several logs into one of several streams. Those that
// keep apart no more than stdout and stderr have two.
var mixings = []struct {
	name    string
	most    int // streams; 0 is any number
	unicode bool
	wrap    func(i int, line string) string
}{
	{name: "compose", wrap: func(i int, line string) string { return fmt.Sprintf("web-%d     | %s", i, line) }},
	{name: "docker service logs", wrap: func(i int, line string) string { return fmt.Sprintf("web.%d.w8k3j2q9@node-1    | %s", i, line) }},
	{name: "kubectl", wrap: func(i int, line string) string { return fmt.Sprintf("[pod/web-%d/app] %s%s", i, stampZ, line) }},
	{name: "kubectl, containers of a pod", wrap: func(i int, line string) string { return fmt.Sprintf("[pod/web-7f9/app%d] %s", i, line) }},
	{name: "stern", wrap: func(i int, line string) string { return fmt.Sprintf("web-7f9c8d5b4-x2x9%d app %s", i, line) }},
	{name: "stern -A", wrap: func(i int, line string) string { return fmt.Sprintf("shop%d web-7f9c8d5b4-x2x9z app %s", i, line) }},
	{name: "stern json", unicode: true, wrap: func(i int, line string) string {
		return fmt.Sprintf(`{"message":%s,"nodeName":"n","namespace":"shop","podName":"web-7f9","containerName":"app%d"}`, inJSON(line), i)
	}},
	{name: "heroku", wrap: func(i int, line string) string {
		return fmt.Sprintf("2026-11-21T02:22:43.082886+00:00 app[web.%d]: %s", i, line)
	}},
	{name: "fly", wrap: func(i int, line string) string {
		return fmt.Sprintf("2024-10-14T23:31:34Z app[6e82541eb5664%d] syd [info] %s", i, line)
	}},
	{name: "cloudwatch tail", wrap: func(i int, line string) string {
		return fmt.Sprintf("2026-11-21T02:22:43.082000+00:00 ecs/web/0123abc%d %s", i, line)
	}},
	{name: "journald, units", wrap: func(i int, line string) string { return fmt.Sprintf("Nov 21 02:22:43 vm shop%d[1234]: %s", i, line) }},
	{name: "syslog 3164, processes", wrap: func(i int, line string) string { return fmt.Sprintf("<11>Nov 21 02:22:43 vm shop[123%d]: %s", i, line) }},
	{name: "syslog 3164, hosts", wrap: func(i int, line string) string {
		return fmt.Sprintf("<11>Nov 21 02:22:43 vm%d shop[1234]: %s", i, line)
	}},
	{name: "syslog 5424, hosts", wrap: func(i int, line string) string {
		return fmt.Sprintf("<11>1 2026-11-21T02:22:43.08Z vm%d shop 1234 - - %s", i, line)
	}},
	{name: "journald json", unicode: true, wrap: func(i int, line string) string {
		return fmt.Sprintf(`{"__REALTIME_TIMESTAMP":"1763691763082000","_SYSTEMD_UNIT":"docker.service","CONTAINER_NAME":"web-%d","MESSAGE":%s}`, i, inJSON(line))
	}},
	{name: "fluent bit, containers of a pod", unicode: true, wrap: func(i int, line string) string {
		return fmt.Sprintf(`{"log":%s,"kubernetes":{"pod_name":"web-7f9","container_name":"app%d"}}`, inJSON(line), i)
	}},
	{name: "vector", unicode: true, wrap: func(i int, line string) string {
		return fmt.Sprintf(`{"kubernetes":{"pod_name":"web-%d"},"message":%s,"source_type":"kubernetes_logs","stream":"stdout"}`, i, inJSON(line))
	}},
	{name: "google", unicode: true, wrap: func(i int, line string) string {
		return fmt.Sprintf(`{"textPayload":%s,"resource":{"labels":{"pod_name":"web-%d","container_name":"app"}},"severity":"ERROR"}`, inJSON(line), i)
	}},
	{name: "elasticsearch", unicode: true, wrap: func(i int, line string) string {
		return fmt.Sprintf(`{"_index":"l","_source":{"message":%s,"container":{"name":"web-%d"}}}`, inJSON(line), i)
	}},
	{name: "cri", most: 2, wrap: func(i int, line string) string { return stampZ + [2]string{"stdout", "stderr"}[i] + " F " + line }},
	{name: "docker json-file", most: 2, unicode: true, wrap: func(i int, line string) string {
		return fmt.Sprintf(`{"log":%s,"stream":"%s","time":"2026-11-21T02:22:43.08Z"}`, inJSON(line+"\n"), [2]string{"stdout", "stderr"}[i])
	}},
	{name: "cri in compose", wrap: func(i int, line string) string { return fmt.Sprintf("kind-%d  | %sstdout F %s", i, stampZ, line) }},
}

// TestInterleavedStreams mixes two to five logs line by line: the findings are those
// of each by itself.
func TestInterleavedStreams(t *testing.T) {
	all := samples(t, 40<<10)
	rounds := 16
	if testing.Short() {
		rounds = 2
	}
	for k, way := range mixings {
		random := rand.New(rand.NewPCG(1, uint64(k)))
		for round := range rounds {
			var mixed []*sample
			for n := 2 + round%4; len(mixed) < n && (way.most == 0 || len(mixed) < way.most); {
				if s := all[random.IntN(len(all))]; s.options.LoggerFormat == "" && (!way.unicode || utf8.Valid(s.text)) {
					mixed = append(mixed, s)
				}
			}
			log, want := mix(mixed, random, way.wrap)
			found := findings(t, log, mixed[0].options)
			checkSpans(t, way.name, log, found)
			got := accountsOf(found)
			for i := range got {
				got[i].Stream = ""
			}
			if diff := firstDifference(want, got); diff != "" {
				var names []string
				for _, s := range mixed {
					names = append(names, s.name)
				}
				t.Errorf("%s, round %d, %s: %s", way.name, round, names, diff)
			}
		}
	}
}

// mix mixes logs, up to three lines of one at a time. It gives the findings that there
// must be too.
func mix(logs []*sample, random *rand.Rand, wrap func(i int, line string) string) (log []byte, want []account) {
	ways := make([]wrapped, len(logs))
	rest := make([][]string, len(logs))
	left := 0
	for i, s := range logs {
		rest[i] = s.lines()
		left += len(rest[i])
	}
	for n := 1; left > 0; {
		i := random.IntN(len(logs))
		for range 1 + random.IntN(3) {
			if len(rest[i]) == 0 {
				break
			}
			log = append(append(log, wrap(i, rest[i][0])...), '\n')
			rest[i] = rest[i][1:]
			ways[i].first, ways[i].last = append(ways[i].first, n), append(ways[i].last, n)
			n++
			left--
		}
	}
	for i, s := range logs {
		want = append(want, ways[i].expected(s, "")...)
	}
	slices.SortStableFunc(want, func(a, b account) int { return a.Line - b.Line })
	return log, want
}
