package ingest

import "bytes"

// readTemplate reads what people put between the level and the message in a
// template of OTP's logger_formatter or a format of lager: a time where it comes
// last, a process, a place in the code:
//
//	2026-03-19T14:33:15.014000Z error <0.83.0> gen_server:error_info/8 Generic server …
//	[error] 2026-03-19 14:33:15.014000Z <0.83.0>@gen_server:error_info/8:1402 Generic server …
//	2026-11-21T06:32:47.086 error pid=<0.133.0> erlang:div:Undefined CRASH REPORT Process …
//
// A template is anybody's own, so only parts in front of a report's first words
// count: elsewhere they could be the message.
func readTemplate(line []byte, p *prefix) {
	i := p.end
	var s stamp
	if t, e := stampAt(line, i); e > 0 && e < len(line) && line[e] == ' ' {
		s, i = t, e+1 // the innermost time counts, if a transport wrote one too
	}
	pid, mfa := []byte(nil), []byte(nil)
	if at := i + len("pid="); bytes.HasPrefix(line[i:], []byte("pid=<")) && pidAt(line, at) > 0 {
		i = at
	}
	if e := pidAt(line, i); e > 0 && e < len(line) {
		pid, i = line[i:e], e+1
		if line[e] == '@' || line[e] == ' ' {
			if e = placeEnd(line, i); e > 0 {
				mfa, i = line[i:e], e+1
			}
		}
	}
	for i < len(line) && line[i] == ' ' {
		i++ // an empty part leaves its blanks
	}
	if i >= len(line) || i == p.end {
		return
	}
	if !opensReport(line[i:]) && !bytes.HasPrefix(line[i:], []byte("crasher:")) &&
		!bytes.HasPrefix(line[i:], []byte("supervisor: ")) && !bytes.HasPrefix(line[i:], []byte("application: ")) {
		return
	}
	p.pid, p.mfa, p.end = pid, mfa, i
	if len(s.clock) > 0 {
		p.stamp = s
	}
}

// placeEnd gives the end of a place in the code at s[i], "mod:fun/2",
// "mod:fun/2:120" or lager's "mod:fun:120"; -1 if there is none.
func placeEnd(s []byte, i int) int {
	e := bytes.IndexByte(s[i:], ' ')
	if e < 0 || e > 512 {
		return -1
	}
	word := s[i : i+e]
	colon := bytes.IndexByte(word, ':')
	if colon <= 0 || !bytes.ContainsAny(word[colon+1:], "/:") || !isLetter(word[0]) && word[0] != '\'' {
		return -1
	}
	return i + e
}
