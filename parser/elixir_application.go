package parser

import (
	"slices"
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

var applicationLayout = layout{text: true}

const exited = " exited: "

// applicationHead gives the application's name and where its exit text begins.
func applicationHead(body string) (app string, text int, ok bool) {
	rest, ok := strings.CutPrefix(body, "Application ")
	if !ok {
		return "", 0, false
	}
	line := rest[:lineEnd(rest, 0)]
	i := strings.Index(line, exited)
	if i <= 0 {
		// Cut right after the header.
		if i = len(line) - len(" exited:"); i <= 0 || !strings.HasSuffix(line, " exited:") {
			return "", 0, false
		}
		return line[:i], len("Application ") + len(line), !strings.ContainsRune(line[:i], ' ')
	}
	app = line[:i]
	return app, len("Application ") + i + len(exited), strings.IndexByte(app, ' ') < 0
}

// isOrderly says whether the exit text tells of an ordinary stop. shutdown does
// not: so ends an application whose top supervisor gave up.
func isOrderly(text string) bool {
	switch strings.TrimSpace(text) {
	case ":stopped", "normal", ":normal", "stopped":
		return true
	}
	return false
}

func opensApplication(_ *ingest.Record, body string) bool {
	_, text, ok := applicationHead(body)
	return ok && !isOrderly(body[text:lineEnd(body, text)])
}

// readApplication reads what is logged when an application stops. The exit text
// begins on the first line:
//
//	Application shop exited: Shop.Application.start(:normal, []) returned an error: shutdown: failed to start child: Shop.Repo
//	    ** (EXIT) :econnrefused
func readApplication(rec *ingest.Record) (*Report, int) {
	app, text, _ := applicationHead(rec.Body)
	l := lexReport(rec, text, &applicationLayout)
	defer l.release()
	r := elixirReport(rec, KindApplication, l)
	r.Process.Name = unquoteName(strings.TrimPrefix(app, ":"))
	lv := r.setReason(l)
	if lv == nil || lv.Exit == nil {
		return r, l.end
	}
	switch lv.Exit.Words {
	case "":
		if r.Complete && !isInspected(lv.Exit.Value) {
			return nil, l.end // words, where the logger prints a term
		}
	case textExitedIn:
		crashedStart(&r.Reason)
	}
	return r, l.end
}

// crashedStart gives "exited in: M.start(…)" of an application its real term: a
// start function that crashed is {bad_return, {{M, start, Args}, {'EXIT', R}}},
// which Application.format_error/1 prints as if it were a call.
func crashedStart(r *Reason) {
	if len(r.Chain) == 0 || r.Chain[0].Via != ViaStart {
		return
	}
	t := r.Term
	exit := term.MakeTuple(term.MakeAtom("EXIT"), t.Args[0])
	r.Term = term.MakeTuple(term.MakeAtom("bad_return"), term.MakeTuple(t.Args[1], exit))
	r.Chain = slices.Clone(r.Chain) // others may have the same
	r.Chain[0].Via, r.Chain[0].Relation, r.Chain[0].Envelope = ViaBadReturn, RelSelf, r.Term
}
