package classify_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
)

// TestFingerprintInitialCall holds the spellings of one fun as initial call
// together: those of the crash report's text, of OTP's single line, of Elixir.
func TestFingerprintInitialCall(t *testing.T) {
	const want = "v1|boom||go.run/0-fn"
	for _, call := range []string{"go:'-run/0-fun-9-'/0", "go:'-run/0-fun-3-'/0", "go:-run/0-fun-9-/0", "anonymous fn/0 in :go.run/0"} {
		log := `12:00:00.000 [error] Process #PID<0.96.0> terminating
** (exit) :boom
Initial Call: ` + call + `
Ancestors: [#PID<0.95.0>]`
		fs := findings(t, engine(t), log)
		if len(fs) != 1 || fs[0].Recipe != want {
			t.Errorf("%s: %v, want %s", call, fs[0].Recipe, want)
		}
	}
}

// TestParts checks that the parts say what the hash is of, and what was masked.
func TestParts(t *testing.T) {
	e, err := classify.New(classify.Options{Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		f := findings(t, e, strings.TrimPrefix(v.log, "\n"))[0]
		var texts []string
		for _, p := range f.Parts[:3] {
			texts = append(texts, p.Text)
			if p.From == "" {
				t.Errorf("%s: nothing says where %s comes from", v.name, p.Name)
			}
		}
		if got := "v1|" + strings.Join(texts, "|"); got != v.recipe {
			t.Errorf("%s: parts are %s, want %s", v.name, got, v.recipe)
		}
		if detail := f.Parts[1]; strings.Contains(detail.Text, "Worker_N") != slices.Contains(detail.Masked, "N (numbers)") {
			t.Errorf("%s: %q was masked: %q", v.name, detail.Text, detail.Masked)
		}
	}
	if f := findings(t, engine(t), strings.TrimPrefix(vectors[0].log, "\n"))[0]; f.Parts != nil {
		t.Error("parts without being asked")
	}
}

// TestFingerprintOfCallee: what a caller tells of another process's crash holds
// nothing of the caller.
func TestFingerprintOfCallee(t *testing.T) {
	var prints []string
	for _, caller := range []string{"MyApp.Front.handle_call/3", "MyApp.Back.run/1"} {
		prints = append(prints, findings(t, engine(t), `12:00:00.000 [error] GenServer MyApp.Front terminating
** (stop) exited in: GenServer.call(MyApp.Db, :go, 5000)
    ** (EXIT) an exception was raised:
        ** (ArgumentError) cannot parse
            (elixir 1.14.0) lib/version.ex:1: Version.parse!/1
            (stdlib 4.2) gen_server.erl:1149: :gen_server.try_handle_call/4
    (elixir 1.14.0) lib/gen_server.ex:1038: GenServer.call/3
    (my_app 1.2.3) lib/a/front.ex:9: `+caller+`
Last message (from #PID<0.96.0>): :go`)[0].Recipe)
	}
	if prints[0] != prints[1] || !strings.HasSuffix(prints[0], "|Version.parse!/1") {
		t.Error(prints)
	}
}
