package ingest

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
	l := headPartsAt(line, p.end)
	if l.parts == 0 || l.end >= len(line) || l.level != "" || !opensBody(line[l.end:]) {
		return
	}
	p.end = l.end
	if len(l.pid) > 0 {
		p.pid = l.pid
	}
	if len(l.mfa) > 0 {
		p.mfa = l.mfa
	}
	if len(l.node) > 0 {
		p.node = l.node
	}
	if len(l.stamp.clock) > 0 {
		p.stamp = l.stamp // the innermost time counts, if a transport wrote one too
	}
}
