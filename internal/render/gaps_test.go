package render

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGaps(t *testing.T) {
	for _, c := range []struct {
		files     []FileStats
		line      string
		sentences []string
	}{
		{nil, "", nil},
		{[]FileStats{{Reports: 3, Bytes: 9}}, "", nil},
		{[]FileStats{{Reports: 1, Cut: 1}}, "1 report, 1 not complete", []string{
			"1 report not complete: cut by the log's writer, a limit, or its end.",
		}},
		{
			[]FileStats{{Reports: 9, Unread: 1, UnreadBytes: 10}, {Reports: 4, Cut: 2, Dropped: 1200, Unread: 1, UnreadBytes: 400}},
			"13 reports, 2 not complete; 2 records (410 B) that look like reports not understood (beamlog parse --unparsed); 1.2 kB not read",
			[]string{
				"2 reports not complete: cut by the log's writer, a limit, or its end.",
				"1.2 kB of over-long lines were not read.",
				"2 records (410 B) that look like reports not understood: beamlog parse --unparsed shows what.",
			},
		},
		{[]FileStats{{Unread: 1, UnreadBytes: 70, Silent: 2}}, "0 reports; 1 record (70 B) that looks like a report not understood (beamlog parse --unparsed)", []string{
			"1 record (70 B) that looks like a report not understood: beamlog parse --unparsed shows what.",
		}},
	} {
		s := Summary{Files: c.files}
		if got := s.Gaps(); got != c.line {
			t.Errorf("%+v: %q, want %q", c.files, got, c.line)
		}
		total := s.Total()
		if diff := cmp.Diff(c.sentences, total.gaps()); diff != "" {
			t.Errorf("%+v: (-want +got)\n%s", c.files, diff)
		}
	}
}
