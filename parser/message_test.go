package parser

import (
	"testing"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// TestNodeMessages checks what is read of messages that are no report, and that
// nothing is read of text that only looks like one.
func TestNodeMessages(t *testing.T) {
	for _, c := range []struct {
		name, level, body string
		text, pid         string // text "" is no report
		endLine           int
	}{
		{"two lines belong together", "error", "** Node shop@web2 not responding **\n** Removing (timedout) connection **",
			"** Node shop@web2 not responding **\n** Removing (timedout) connection **", "", 2},
		{"Elixir's spelling", "warning", "'global' at node :shop1@vm disconnected node :shop3@vm in order to prevent overlapping partitions",
			"'global' at node :shop1@vm disconnected node :shop3@vm in order to prevent overlapping partitions", "", 1},
		{"the origin stands below a blank line", "error", "Could not check origin for Phoenix.Socket transport.\n\nOrigin of the request: https://10.0.0.7\n\nThis happens",
			"Could not check origin for Phoenix.Socket transport.\n\nOrigin of the request: https://10.0.0.7", "", 5},
		{"what the system monitor saw", "warning", "Elixir.Shop.Monitor message: {:monitor, #PID<0.512.0>, :long_gc, [timeout: 613]}",
			"Elixir.Shop.Monitor message: {:monitor, #PID<0.512.0>, :long_gc, [timeout: 613]}", "#PID<0.512.0>", 1},
		{"a port is no process", "warning", "{:monitor, #Port<0.5>, :busy_port, #PID<0.9.0>}", "{:monitor, #Port<0.5>, :busy_port, #PID<0.9.0>}", "", 1},
		{"no logger writes this", "", "Protocol 'inet_tcp': the name shop@vm seems to be in use by another Erlang node",
			"Protocol 'inet_tcp': the name shop@vm seems to be in use by another Erlang node", "", 1},
		{"heart's lines of one end", "", "heart: Sat Nov 21 07:58:14 2026: heart-beat time-out, no activity for 15 seconds\nheart: Sat Nov 21 07:58:15 2026: Executed \"true\" -> 0. Terminating.\ndone",
			"heart: Sat Nov 21 07:58:14 2026: heart-beat time-out, no activity for 15 seconds", "", 2},
		{"the kernel, by dmesg", "", "[86412.337801] Memory cgroup out of memory: Killed process 90177 (beam.smp) total-vm:3401728kB",
			"[86412.337801] Memory cgroup out of memory: Killed process 90177 (beam.smp) total-vm:3401728kB", "", 1},
		{"a scheduler's fault", "", "erts_sched_1[4211]: segfault at 10 ip 00007f3c sp 00007f3d error 4 in shop_nif.so[7f3c+1000]",
			"erts_sched_1[4211]: segfault at 10 ip 00007f3c sp 00007f3d error 4 in shop_nif.so[7f3c+1000]", "", 1},
		{"a shell's job", "", "./start.sh: line 4:  4509 Segmentation fault      erl -noshell", "./start.sh: line 4:  4509 Segmentation fault      erl -noshell", "", 1},

		{"without a logger it may be a user's text", "", "** Node shop@web2 not responding **", "", "", 0},
		{"another program ran out of memory", "", "Out of memory: Killed process 4211 (postgres) total-vm:9034512kB", "", "", 0},
		{"another program's fault", "", "chrome[4211]: segfault at 10 ip 00007f3c sp 00007f3d error 4 in libx.so[7f3c+1000]", "", "", 0},
		{"prose", "", "we saw a Segmentation fault: line 3 of the guide", "", "", 0},
		{"prose of a logger", "error", "the Node x not responding ** was seen", "", "", 0},
	} {
		rec := &ingest.Record{Input: "x", Line: 1, Level: c.level, Body: c.body}
		if c.endLine > 0 {
			rec.EndLine = c.endLine
		}
		got := Parse(rec)
		if c.text == "" {
			if len(got) > 0 {
				t.Errorf("%s: a %s: %q", c.name, got[0].Shape, got[0].Reason.Text)
			}
			continue
		}
		if len(got) != 1 {
			t.Errorf("%s: %d reports", c.name, len(got))
			continue
		}
		r := got[0]
		if r.Shape != ShapeMessage || r.Kind != KindOther || r.Reason.Text != c.text || r.Process.Pid != c.pid || !r.Complete {
			t.Errorf("%s: %s %s, process %q, complete %v, reason %q, want %q", c.name, r.Shape, r.Kind, r.Process.Pid, r.Complete, r.Reason.Text, c.text)
		}
		if r.Line != 1 || r.EndLine != c.endLine {
			t.Errorf("%s: lines %d to %d, want 1 to %d", c.name, r.Line, r.EndLine, c.endLine)
		}
	}
}

// TestMessageOfOban keeps what a job returned that Oban does not know.
func TestMessageOfOban(t *testing.T) {
	body := "Expected Shop.Jobs.Invoice.perform/1 to return:\n\n- `:ok`\n\nInstead received:\n\n%{id: 1,\n  total: 2}\n\nThe job will be considered a success.\n"
	got := Parse(&ingest.Record{Line: 1, EndLine: 11, Level: "warning", Writer: ingest.WriterElixir, Body: body})
	if len(got) != 1 || len(got[0].Fields) != 1 || got[0].Fields[0].Value != "%{id: 1,\n  total: 2}" || got[0].Dialect != term.Elixir {
		t.Fatalf("%+v", got)
	}
}

// TestCompileEnv reads a boot whose two streams came in either order as one report.
func TestCompileEnv(t *testing.T) {
	text := "ERROR! the application :shop has a different value set for key :pool_size during runtime compared to compile time.\n\n  * Compile time value was set to: 10\n"
	boot := "{\"init terminating in do_boot\",{<<\"aborting boot\">>,[{'Elixir.Config.Provider',boot,2,[]}]}}\ninit terminating in do_boot ({,[{Elixir.Config.Provider,boot,2,[]}]})\n"
	dump := "\nCrash dump is being written to: erl_crash.dump...done"
	for _, body := range []string{text + boot + dump, boot + text + dump} {
		got := Parse(&ingest.Record{Line: 1, EndLine: 7, Body: body})
		if len(got) != 1 || got[0].Kind != KindSlogan || got[0].Reason.Text != firstLine(text) || got[0].EndLine != 7 || !got[0].Complete {
			t.Fatalf("%d reports of %q: %+v", len(got), body, got[0])
		}
	}
	second := text + boot + dump + "\n" + text + boot + dump
	if got := Parse(&ingest.Record{Line: 1, EndLine: 14, Body: second}); len(got) != 2 {
		t.Errorf("%d reports of two boots", len(got))
	}
}
