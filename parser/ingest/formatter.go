package ingest

// readFormatter reads what follows the time in the prefix of OTP's
// logger_formatter. The message stands on the same line, or begins on the next:
//
//	2026-11-21T02:22:43.090138+00:00 error: crasher: initial call: …
//	2026-11-21T02:22:43.090138+00:00 error:
//
// i is where the level should begin.
func readFormatter(line []byte, i int, p *prefix) bool {
	level, e := levelAt(line, i)
	if level == "" || e >= len(line) || line[e] != ':' || e+1 < len(line) && line[e+1] != ' ' {
		return false
	}
	p.writer, p.level, p.end = WriterFormatter, level, min(e+2, len(line))
	readLateParts(line, p)
	return true
}
