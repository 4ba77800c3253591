package console

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestSafe(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "GenServer x terminating", "GenServer x terminating"},
		{"escape", "\x1b[31mred", `\e[31mred`},
		{"C1", "a\u009b2J", `a\x9b2J`},
		{"right to left", "a\u202eb", `a\u202eb`},
		{"zero width", "a\u200bb\ufeff", `a\u200bb\ufeff`},
		{"tag characters", "a\U000e0041", `a\u{0e0041}`},
		{"bad UTF-8", "a\xffb", "a\ufffdb"},
		{"tabs", "a\tb\n\tc", "a       b\n        c"},
		{"windows", "a\r\nb\rc", "a\nb\\rc"},
		{"other scripts", "склад 在庫 🛒 é", "склад 在庫 🛒 é"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Safe(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if got := Line("a\nb"); got != `a\nb` {
		t.Errorf("a line became %q", got)
	}
}

func FuzzSafe(f *testing.F) {
	for _, s := range []string{"", "\x1b]0;x\x07", "\u202e\u2066\u200d", "a\tb\r\n", "\xff\xc2\x9b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, got := range []string{Safe(s), Line(s)} {
			if !utf8.ValidString(got) {
				t.Errorf("%q is no UTF-8", got)
			}
			for _, r := range got {
				if r != '\n' && Invisible(r) {
					t.Errorf("%q lets %U through", s, r)
				}
			}
		}
		if strings.Contains(Line(s), "\n") {
			t.Errorf("%q has two lines", Line(s))
		}
	})
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		name, in    string
		width       int
		first, rest string
		want        string
	}{
		{"words", "one two three four", 9, "", "", "one two\nthree\nfour"},
		{"hanging", "one two three", 9, "1. ", "   ", "1. one\n   two\n   three"},
		{"a term stays whole", "it returned {:ok, 1, 2} there", 22, "", "", "it returned\n{:ok, 1, 2} there"},
		{"a long term breaks at its spaces", "{:aaaa, :bbbb, :cccc}", 10, "", "", "{:aaaa,\n:bbbb,\n:cccc}"},
		{"brackets in a string", `say "a ) b" to it`, 12, "", "", "say \"a ) b\"\nto it"},
		{"an open bracket keeps nothing together", "a (b c d e f g h", 8, "", "", "a (b c d\ne f g h"},
		{"a long word", "a bbbbbbbbbbbbbbb c", 5, "", "", "a\nbbbbbbbbbbbbbbb\nc"},
		{"wide characters", "在庫 切れ", 5, "", "", "在庫\n切れ"},
		{"newlines stay", "a\nb", 10, "> ", "  ", "> a\n  b"},
		{"colour goes on after the break", "\x1b[31maaa bbb\x1b[0m c", 5, "", " ", "\x1b[31maaa\x1b[0m\n \x1b[31mbbb\x1b[0m\n c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Wrap(tt.in, tt.width, tt.first, tt.rest); got != tt.want {
				t.Errorf("got\n%q\nwant\n%q", got, tt.want)
			}
		})
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("it returned {:ok, \"a b\"} (x", 12)
	f.Add("\x1b[1mx y\x1b[0m", 1)
	f.Fuzz(func(t *testing.T, s string, width int) {
		got := Wrap(s, width%200, "", "")
		strip := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if !strings.Contains(s, "\x1b") && strip(got) != strip(s) {
			t.Errorf("%q became %q", s, got)
		}
	})
}

func TestPalette(t *testing.T) {
	if got := NewPalette(true).Paint(Reason, "x"); got != "\x1b[31mx\x1b[0m" {
		t.Errorf("got %q", got)
	}
	for r := Plain; r < roles; r++ {
		if got := NewPalette(false).Paint(r, "x"); got != "x" {
			t.Errorf("role %d without colour: %q", r, got)
		}
	}
}

func TestColored(t *testing.T) {
	var b bytes.Buffer
	if Colored("auto", &b) || Colored("never", &b) || !Colored("always", &b) {
		t.Error("a buffer is no terminal, and always is always")
	}
}

func TestWidth(t *testing.T) {
	for columns, want := range map[string]int{"": 80, "60": 60, "500": MaxWidth, "1": minWidth, "x": 80} {
		t.Setenv("COLUMNS", columns)
		if got := Width(new(bytes.Buffer)); got != want {
			t.Errorf("COLUMNS=%q: %d, want %d", columns, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	if got := Clip("handle_call/3", 6); got != "handl…" {
		t.Errorf("got %q", got)
	}
	if got := Clip("在庫切れ", 5); got != "在庫…" {
		t.Errorf("got %q", got)
	}
}

func TestProgress(t *testing.T) {
	var silent *Progress
	silent.Update(1, 2, 3)
	silent.Clear()
	if NewProgress(new(bytes.Buffer)) != nil {
		t.Error("progress on something that is no terminal")
	}
	if got, want := progressLine(1500000, 3000000, 7, 2*time.Second), "1.5 MB of 3.0 MB, 750.0 kB/s, 2s left, 7 reports"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := progressLine(1500000, 0, 0, 2*time.Second), "1.5 MB, 750.0 kB/s, 0 reports"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var out, line bytes.Buffer
	p := &Progress{w: &line, start: time.Now().Add(-time.Minute)}
	p.Update(1, 2, 3)
	p.Above(&out).Write([]byte("found\n"))
	if shown := line.String(); !strings.HasSuffix(shown, "reports\r\x1b[K") || out.String() != "found\n" {
		t.Errorf("line %q, output %q", shown, out.String())
	}
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 999999: "1.0 MB", 1 << 40: "1.1 TB"} {
		if got := Size(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
