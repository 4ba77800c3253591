package render

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzString holds appendString to what encoding/json reads back.
func FuzzString(f *testing.F) {
	for _, s := range []string{"", "a\"b\\c", "\x00\x1f\x7f", "<b>&\u2028", "\xff\xfeé\xc3", "😀\t\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := appendString(nil, s)
		var got string
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); utf8.ValidString(s) && got != want || !utf8.ValidString(got) {
			t.Errorf("%q became %q", s, got)
		}
	})
}

// Every byte that needs a look is found, wherever it stands and whatever follows.
func TestAsIs(t *testing.T) {
	for c := range 256 {
		for _, next := range []byte{'a', ' ', '!', '#', '[', ']', '~', 0, 0x80, 0xff} {
			for at := range 18 {
				s := strings.Repeat("z", at) + string([]byte{byte(c), next}) + "{}0123456789"
				want := strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r >= 0x7f })
				if want < 0 {
					want = len(s)
				}
				if got := asIs(s); got != want {
					t.Fatalf("%q: %d, want %d", s, got, want)
				}
			}
		}
	}
}
