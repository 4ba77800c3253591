package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// spans gives the lines, the writer and the beginning of each record.
func spans(records []*Record) []string {
	var out []string
	for _, r := range records {
		first, _, _ := strings.Cut(r.Body, "\n")
		out = append(out, fmt.Sprintf("%d-%d %d %.24s", r.Line, r.EndLine, r.Writer, first))
	}
	return out
}

// TestSplit has text without prefixes, alone and behind entries that have them.
func TestSplit(t *testing.T) {
	tests := map[string]struct {
		log  string
		want []string
	}{
		"banners on stderr": {
			"noise\n** (RuntimeError) a\n    a.ex:1: A.b/1\n\n** (KeyError) b\n    a.ex:2: A.b/1\n",
			[]string{"2-3 0 ** (RuntimeError) a", "5-6 0 ** (KeyError) b"},
		},
		"header, then banner": {
			"GenServer A terminating\n** (stop) :x\nLast message: :m\n\nTask #PID<0.1.0> started from B terminating\n** (stop) :y\n",
			[]string{"1-3 0 GenServer A terminating", "5-6 0 Task #PID<0.1.0> started"},
		},
		"OTP's bodies": {
			"** Generic server a terminating \n** Last message in was x\n  crasher:\n    pid: <0.1.0>\n    supervisor: {local,s}\n    errorContext: shutdown\n",
			[]string{"1-2 0 ** Generic server a term", "3-6 0   crasher:"},
		},
		"supervisor above its error context": {
			"x\n    supervisor: {local,s}\n    errorContext: shutdown\n    reason: x\n",
			[]string{"2-4 0     supervisor: {local,s"},
		},
		"boot failure": {
			"12:00:00.000 [notice] Application a exited: shutdown\n    ** (EXIT) :x\n{\"Kernel pid terminated\",application_controller,\"x\"}\nKernel pid terminated (application_controller) (x)\n\nCrash dump is being written to: erl_crash.dump...done\n" +
				"{\"Kernel pid terminated\",application_controller,\"y\"}\n",
			[]string{"1-2 1 Application a exited: sh", "3-6 0 {\"Kernel pid terminated\"", "7-7 0 {\"Kernel pid terminated\""},
		},
		"config provider": {
			"ERROR! Config provider X failed with:\n** (RuntimeError) no URL\n    a.exs:1: (file)\n\n{\"init terminating in do_boot\",{x}}\ninit terminating in do_boot (x)\n",
			[]string{"1-6 0 ERROR! Config provider X"},
		},
		"out of memory in the middle of a report": {
			"12:00:00.000 [error] GenServer A terminating\n** (stop)\neheap_alloc: Cannot allocate 1 bytes of memory (of type \"heap\").\n\nCrash dump is being written to: x\n",
			[]string{"1-2 1 GenServer A terminating", "3-5 0 eheap_alloc: Cannot allo"},
		},
		"script that fails after an entry": {
			"12:00:00.000 [info] Running\n** (CaseClauseError) x\n    nofile:1: (file)\n",
			[]string{"2-3 0 ** (CaseClauseError) x"},
		},
		"script that fails after a report": {
			"12:00:00.000 [error] GenServer A terminating\n** (stop) :x\nLast message: :m\n** (EXIT from #PID<0.1.0>) :x\n",
			[]string{"1-3 1 GenServer A terminating", "4-4 0 ** (EXIT from #PID<0.1.0"},
		},
		"banner in the message of an error": {
			"12:00:00.000 [error] Sync failed:\n** (RuntimeError) x\n    a.ex:1: A.b/1\n",
			[]string{"1-3 1 Sync failed:"},
		},
		"failures of ExUnit": {
			"..\n\n  1) test a (T)\n     t.exs:3\n     ** (RuntimeError) x\n     stacktrace:\n       t.exs:4: (test)\n\n  2) test b (T)\n     t.exs:9\n     ** (KeyError) y\n\nFinished\n",
			[]string{"3-7 0   1) test a (T)", "9-13 0   2) test b (T)"},
		},
		"shell": {
			"iex(1)> raise \"x\"\n** (RuntimeError) x\n    iex:1: (file)\niex(1)> 1\n1\niex(2)> [error] GenServer A terminating\n** (stop) :x\n",
			[]string{"1-3 7 raise \"x\"", "6-7 1 GenServer A terminating"},
		},
		"blank lines": {
			"\n\n12:00:00.000 [error] GenServer A terminating\n\n** (stop) :x\n\n\n\nState: 1\n\n\n12:00:01.000 [info] x\n",
			[]string{"3-9 1 GenServer A terminating"},
		},
		"colours": {
			"\x1b[31m\n12:00:00.000 [error] GenServer A terminating\n\x1b[0m\x1b[33m\n12:00:00.000 [warning] x\n\x1b[0m",
			[]string{"2-2 1 GenServer A terminating"},
		},
		"formatter over several lines": {
			"2026-11-21T02:22:43.090138+00:00 error:\n** Generic server a terminating \n** Reason\n2026-11-21T02:22:43.090138+00:00 notice:\nx\n",
			[]string{"1-3 3 ** Generic server a term"},
		},
		"carriage returns": {
			"progress 1%\rprogress 2%\r12:00:00.000 [error] GenServer A terminating\r\n** (stop) :x\r\n",
			[]string{"1-2 1 GenServer A terminating"},
		},
		"entries of RabbitMQ line by line": {
			"2026-11-21 02:30:06.473398+00:00 [error] <0.1.0>     supervisor: {local,a}\n" +
				"2026-11-21 02:30:06.473399+00:00 [error] <0.2.0>   crasher:\n" +
				"2026-11-21 02:30:06.473398+00:00 [error] <0.1.0>     errorContext: shutdown\n" +
				"2026-11-21 02:30:06.473399+00:00 [error] <0.2.0>     pid: <0.2.0>\n" +
				"2026-11-21 02:30:06.473398+00:00 [error] <0.1.0> \n" +
				"2026-11-21 02:30:07.000000+00:00 [info] <0.3.0> x\n",
			[]string{"1-3 5     supervisor: {local,a", "2-4 5   crasher:"},
		},
		"JSON between text": {
			"12:00:00.000 [error] GenServer A terminating\n** (stop) :x\n{\"level\":\"error\",\"msg\":\"** (stop) y\"}\n** (RuntimeError) z\n",
			[]string{"1-2 1 GenServer A terminating", "3-3 6 ** (stop) y", "4-4 0 ** (RuntimeError) z"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, spans(read(t, strings.NewReader(test.log), Options{}))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFirstBytes holds the tables that are looked up by a first byte to it.
func TestFirstBytes(t *testing.T) {
	for i := range 256 {
		var texts []string
		for _, h := range headers[i] {
			texts = append(texts, h.start)
		}
		for _, s := range slogans[i] {
			texts = append(texts, s.text)
		}
		for _, text := range append(texts, levelNames[i]...) {
			if text[0] != byte(i) {
				t.Errorf("%q stands under %q", text, rune(i))
			}
		}
		if word := isWord(byte(i)) || i == '.' || i == '-'; inWord[i] != word {
			t.Errorf("%q is in a word: %t", rune(i), inWord[i])
		}
	}
}
