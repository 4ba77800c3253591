package ingest

import "bytes"

// priority gives the end of syslog's "<11>" at the start of s, 0 if there is none.
func priority(s []byte) int {
	if len(s) < 3 || s[0] != '<' {
		return 0
	}
	e := 1
	for e < len(s) && e < 4 && isDigit(s[e]) {
		e++
	}
	if e == 1 || e >= len(s) || s[e] != '>' {
		return 0
	}
	return e + 1
}

// peelJournal takes off the prefix of journalctl (short, short-precise,
// short-iso) and of BSD syslog:
//
//	Nov 21 02:22:43 host unit[1234]: text
//	2026-11-21T02:22:43+0000 host unit[1234]: text
//	<11>Nov 21 02:22:43 host app[1]: text
//
// The year is not printed, so only the clock is kept of the first form.
func peelJournal(p *peeled) fit {
	s := p.text[priority(p.text):]
	var at stamp
	var e int
	if len(s) > 16 && s[3] == ' ' && monthAt(s, 0) != "" {
		day := skipBlanks(s, 3)
		d := day
		for d < len(s) && isDigit(s[d]) {
			d++
		}
		if d == day || d > day+2 || d >= len(s) || s[d] != ' ' {
			return fitsNot
		}
		if e = clockAt(s, d+1); e < 0 {
			return fitsNot
		}
		at.clock = s[d+1 : e]
		if e >= len(s) || s[e] != ' ' {
			return fitsNot
		}
		e++
	} else if at, e = zonedStamp(s); e < 0 {
		return fitsNot
	}
	host := bytes.IndexByte(s[e:], ' ')
	if host <= 0 || host > 255 || dateAt(s[e:], 0) > 0 || s[e] == '[' || s[e] == '<' || s[e+host-1] == ':' {
		return fitsNot // a logger's: "2026-11-21T02:22:43Z error: Supervisor: {local,s}. …"
	}
	rest := s[e+host+1:]
	n := 0
	for n < len(rest) && n < 128 && rest[n] != ' ' && rest[n] != ':' && rest[n] != '[' {
		n++
	}
	if level, e := levelAt(rest, 0); level != "" && e == n {
		return fitsNot // a logger's: "2026-11-21T02:22:43.090138+00:00 <0.1.0> error: …"
	}
	end := n
	if n < len(rest) && rest[n] == '[' {
		pid := bytes.IndexByte(rest[n:min(len(rest), n+16)], ']')
		if pid < 2 || !digits(rest, n+1, pid-1) {
			return fitsNot
		}
		end = n + pid + 1
	}
	if n == 0 || end >= len(rest) || rest[end] != ':' || end+1 < len(rest) && rest[end+1] != ' ' {
		return fitsNot
	}
	p.join(p.own(rest[:n]))
	p.channel += p.own(s[e : e+host+1+end]) // several hosts, or processes, can have the same name
	p.time = at.iso()
	p.unescape(rest[min(end+2, len(rest)):])
	return fitsWell
}

// peelSyslog5424 takes off the newer syslog header:
//
//	<11>1 2026-11-21T02:22:43.08Z host app 1234 msgid [sd@1 k="v"] BOM text
func peelSyslog5424(p *peeled) fit {
	n := priority(p.text)
	s := p.text[n:]
	if n == 0 || !bytes.HasPrefix(s, []byte("1 ")) {
		return fitsNot
	}
	s = s[2:]
	at, e := zonedStamp(s)
	if e < 0 {
		if !bytes.HasPrefix(s, []byte("- ")) {
			return fitsNot
		}
		e = 2
	}
	var fields [4][]byte // host, app, process, message id
	rest := s[e:]
	for i := range fields {
		blank := bytes.IndexByte(rest, ' ')
		if blank < 0 {
			return fitsNot
		}
		fields[i], rest = rest[:blank], rest[blank+1:]
	}
	end := structuredEnd(rest)
	if end < 0 {
		return fitsNot
	}
	sender := s[e : len(s)-len(rest)-len(fields[3])-1] // host, app and process
	rest = rest[end:]
	if len(rest) > 0 {
		rest = rest[1:]
	}
	if app := fields[1]; string(app) != "-" {
		p.join(p.own(app))
	}
	p.channel += p.own(sender)
	p.time = at.iso()
	p.unescape(bytes.TrimPrefix(rest, []byte("\xef\xbb\xbf")))
	return fitsWell
}

// structuredEnd gives the end of syslog's structured data, "-" or "[…][…]", and
// -1 if there is none.
func structuredEnd(s []byte) int {
	if len(s) > 0 && s[0] == '-' && (len(s) == 1 || s[1] == ' ') {
		return 1
	}
	i := 0
	for i < len(s) && s[i] == '[' {
		quoted := false
		for i++; i < len(s) && (quoted || s[i] != ']'); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				quoted = !quoted
			}
		}
		i++
	}
	if i == 0 || i > len(s) || i < len(s) && s[i] != ' ' {
		return -1
	}
	return i
}

// unescape takes rsyslog's octal escapes off a text: #012 is a newline, #015 a CR,
// #011 a tab, #033 an ESC.
func (p *peeled) unescape(text []byte) {
	p.text = text
	if !bytes.Contains(text, []byte("#0")) {
		return
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '#' && i+4 <= len(text) && text[i+1] == '0' {
			switch string(text[i+2 : i+4]) {
			case "12":
				out = append(out, '\n')
				i += 3
				continue
			case "15":
				out = append(out, '\r')
				i += 3
				continue
			case "11":
				out = append(out, '\t')
				i += 3
				continue
			case "33":
				out = append(out, 0x1b)
				i += 3
				continue
			}
		}
		out = append(out, text[i])
	}
	p.text, p.decoded = out, true
}
