package ingest

import "bytes"

// zonedStamp reads an RFC 3339 time with its zone and one blank at the start of s.
// It gives the end of both, or -1.
func zonedStamp(s []byte) (stamp, int) {
	at, e := stampAt(s, 0)
	if e < 0 || len(at.date) == 0 || len(at.zone) == 0 || s[10] != 'T' || e < len(s) && s[e] != ' ' {
		return stamp{}, -1
	}
	return at, min(e+1, len(s))
}

// peelTimestamp takes off the time that "docker logs -t" and "kubectl logs
// --timestamps" put before each line:
//
//	2026-11-21T02:22:43.082886123Z text
//
// Loggers print such times too, but then a level follows.
func peelTimestamp(p *peeled) fit {
	at, e := zonedStamp(p.text)
	if e < 0 {
		return fitsNot
	}
	rest := p.text[e:]
	var pre prefix
	if readFormatter(rest, 0, &pre) {
		return fitsWeak
	}
	if level, _ := bracketLevelAt(rest, 0); level != "" {
		return fitsWeak
	}
	if len(rest) > 1 && rest[0] != ' ' && isUpper(rest[0]) == isUpper(rest[1]) { // prose has "Error …"
		var l headParts
		if l.read(rest, 0); l.level != "" && l.stamps == 0 {
			return fitsWeak // a template of OTP's formatter: "2026-03-19T14:33:15.014000Z error <0.83.0> …"
		}
	}
	p.text, p.time = rest, at.iso()
	return fitsWell
}

// peelCRI takes off the prefix of containerd and CRI-O, which cut long lines into
// pieces and mark all but the last with a P:
//
//	2026-11-21T02:22:43.082886123Z stderr F text
func peelCRI(p *peeled) fit {
	at, e := zonedStamp(p.text)
	if e < 0 {
		return fitsNot
	}
	rest := p.text[e:]
	channel := "stdout"
	if !bytes.HasPrefix(rest, []byte("stdout ")) {
		if !bytes.HasPrefix(rest, []byte("stderr ")) {
			return fitsNot
		}
		channel = "stderr"
	}
	rest = rest[len("stdout "):]
	if len(rest) == 0 || rest[0] != 'P' && rest[0] != 'F' || len(rest) > 1 && rest[1] != ' ' && rest[1] != ':' {
		return fitsNot
	}
	p.part = rest[0] == 'P'
	blank := bytes.IndexByte(rest, ' ')
	if blank < 0 {
		blank = len(rest) - 1
	}
	p.text, p.time, p.channel = rest[blank+1:], at.iso(), channel
	return fitsWell
}

// peelPod takes off what "kubectl logs --prefix" puts before each line:
//
//	[pod/web-7f9/app] text
func peelPod(p *peeled) fit {
	rest, ok := bytes.CutPrefix(p.text, []byte("[pod/"))
	if !ok {
		return fitsNot
	}
	e := bytes.IndexByte(rest, ']')
	if e < 0 || e+1 < len(rest) && rest[e+1] != ' ' || bytes.IndexByte(rest[:e], ' ') >= 0 {
		return fitsNot
	}
	p.join(p.own(rest[:e]))
	p.text = rest[min(e+2, len(rest)):]
	return fitsWell
}

// peelCompose takes off the name that docker compose, foreman and the like put
// before each line, perhaps behind a time:
//
//	web-1  | text
//	02:22:43 web.1   | text
//	web.1.w8k3j2q9x7z1@node-1    | text
func peelCompose(p *peeled) fit {
	s := p.text
	i := 0
	if e := clockAt(s, 0); e > 0 && e < len(s) && s[e] == ' ' {
		i = e + 1
	}
	e := i
	for e < len(s) && e < i+80 && (isWord(s[e]) || s[e] == '-' || s[e] == '.' || s[e] == '@') {
		e++
	}
	bar := skipBlanks(s, e)
	if e == i || bar == e || bar >= len(s) || s[bar] != '|' || bar+1 < len(s) && s[bar+1] != ' ' {
		return fitsNot
	}
	if !isLetter(s[i]) && !isDigit(s[i]) {
		return fitsNot
	}
	if i > 0 {
		p.time = string(s[:i-1])
	}
	p.join(p.own(s[i:e]))
	p.text = s[min(bar+2, len(s)):]
	return fitsWell
}

// peelStern takes off the pod and the container that stern and kail put before
// each line, behind the namespace where all are read:
//
//	web-7f9c8d5b4-x2x9z app text
//	shop web-7f9c8d5b4-x2x9z app text
func peelStern(p *peeled) fit {
	s := p.text
	pod := 0
	if e := namespaceEnd(s); e > 0 {
		pod = e + 1
	}
	e := podEnd(s[pod:])
	if e < 0 {
		return fitsNot
	}
	e += pod
	to := dnsLabelEnd(s, e+1)
	if to < 0 {
		return fitsNot
	}
	if pod > 0 {
		p.join(p.own(s[:pod-1]))
	}
	p.join(p.own(s[pod:e]))
	p.join(p.own(s[e+1 : to]))
	p.text = s[min(to+1, len(s)):]
	return fitsWell
}

// namespaceEnd gives the end of a namespace at the start of s, 0 if there is none:
// a name of a pod with two hyphens must follow, and that of a container.
func namespaceEnd(s []byte) int {
	e := dnsLabelEnd(s, 0)
	if e <= 0 || e == len(s) {
		return 0
	}
	pod := podEnd(s[e+1:])
	if pod < 0 || bytes.Count(s[e+1:e+1+pod], []byte{'-'}) < 2 || dnsLabelEnd(s, e+1+pod+1) < 0 {
		return 0
	}
	return e
}

// dnsLabelEnd gives the end of a name such as Kubernetes has, at s[i] and followed by
// a blank or the line's end; -1 if there is none.
func dnsLabelEnd(s []byte, i int) int {
	e := i
	for e < len(s) && e-i < 64 && (s[e] >= 'a' && s[e] <= 'z' || isDigit(s[e]) || s[e] == '-') {
		e++
	}
	if e == i || !isLetter(s[i]) || e < len(s) && s[e] != ' ' {
		return -1
	}
	return e
}

// podEnd gives the end of a pod's name at the start of s, -1 if there is none. A
// pod is named after its set, with a hyphen and a hash or a number behind.
func podEnd(s []byte) int {
	e, hyphen, digit := 0, 0, false
	for e < len(s) && e < 253 {
		c := s[e]
		if c == '-' {
			hyphen = e
		} else if isDigit(c) {
			digit = true
		} else if c < 'a' || c > 'z' {
			break
		}
		e++
	}
	if hyphen == 0 || hyphen == e-1 || !digit || e >= len(s) || s[e] != ' ' || !isLetter(s[0]) {
		return -1
	}
	return e
}

// join adds a transport's name to those of the transports round it.
func (p *peeled) join(name string) {
	switch {
	case p.name == "" || name == "":
		p.name += name
	case p.name != name:
		p.name += "/" + name
	}
}

// peelHeroku takes off the prefix of Heroku's and Gigalixir's routers:
//
//	2026-11-21T02:22:43.082886+00:00 app[web.1]: text
func peelHeroku(p *peeled) fit {
	at, e := zonedStamp(p.text)
	if e < 0 {
		return fitsNot
	}
	rest := p.text[e:]
	name, end := sourceAt(rest)
	if len(name) == 0 || end >= len(rest) || rest[end] != ':' || end+1 < len(rest) && rest[end+1] != ' ' {
		return fitsNot
	}
	p.join(p.own(name))
	p.text, p.time = rest[min(end+2, len(rest)):], at.iso()
	p.part = len(p.text) == herokuLine
	return fitsWell
}

// herokuLine is the length at which Heroku cuts a line, and says so nowhere.
const herokuLine = 10000

// sourceAt reads "app[web.1]" at the start of s and gives what stands in the
// brackets, and the end.
func sourceAt(s []byte) ([]byte, int) {
	e := wordEnd(s, 0)
	if e == 0 || e >= len(s) || s[e] != '[' {
		return nil, 0
	}
	n := bytes.IndexByte(s[e:min(len(s), e+80)], ']')
	if n < 2 || bytes.IndexByte(s[e:e+n], ' ') >= 0 {
		return nil, 0
	}
	return s[e+1 : e+n], e + n + 1
}

// peelFly takes off the prefix of "fly logs". Its level is the transport's, and
// exactly one blank follows it:
//
//	2024-10-14T23:31:34Z app[6e82541eb56648] syd [info]text
func peelFly(p *peeled) fit {
	at, e := zonedStamp(p.text)
	if e < 0 {
		return fitsNot
	}
	rest := p.text[e:]
	name, end := sourceAt(rest)
	if len(name) == 0 || end >= len(rest) || rest[end] != ' ' {
		return fitsNot
	}
	region := wordEnd(rest, end+1)
	if region == end+1 || region+1 >= len(rest) || rest[region] != ' ' || rest[region+1] != '[' {
		return fitsNot
	}
	level, le := levelAt(rest, region+2)
	if level == "" || le >= len(rest) || rest[le] != ']' {
		return fitsNot
	}
	le++
	if le < len(rest) && rest[le] == ' ' {
		le++
	}
	p.join(p.own(name))
	p.text, p.time = rest[le:], at.iso()
	return fitsWell
}

// peelCloudWatch takes off the prefix of "aws logs tail", the stream's name with
// its slashes:
//
//	2026-11-21T02:22:43.082000+00:00 ecs/web/0123abcd text
func peelCloudWatch(p *peeled) fit {
	at, e := zonedStamp(p.text)
	if e < 0 {
		return fitsNot
	}
	rest := p.text[e:]
	n := bytes.IndexByte(rest, ' ')
	if n < 0 {
		n = len(rest)
	}
	slash := bytes.IndexByte(rest[:n], '/')
	if slash <= 0 || slash == n-1 || !isLetter(rest[0]) {
		return fitsNot
	}
	for _, c := range rest[:n] {
		if !isWord(c) && c != '/' && c != '-' && c != '.' && c != '$' && c != '[' && c != ']' {
			return fitsNot
		}
	}
	// "lib/app.ex:12:" of a stack frame has a colon, and no zone before it.
	p.join(p.own(rest[:n]))
	p.text, p.time = rest[min(n+1, len(rest)):], at.iso()
	return fitsWell
}
