package ingest

import "bytes"

// promptEnd gives the end of an iex, erl or LFE prompt at the start of a line, its
// blank included; 0 if there is none:
//
//	iex(1)>  iex(a@b)12>  ...(1)>  12>  (a@b)3>  lfe>
func promptEnd(line []byte) int {
	if bytes.HasPrefix(line, []byte("lfe> ")) {
		return len("lfe> ")
	}
	i := 0
	rest, iex := bytes.CutPrefix(line, []byte("iex("))
	if !iex {
		rest, iex = bytes.CutPrefix(line, []byte("...("))
	}
	switch {
	case iex || len(line) > 0 && line[0] == '(':
		if !iex {
			rest = line[1:]
		}
		e := bytes.IndexByte(rest[:min(len(rest), 80)], ')')
		if e <= 0 || bytes.IndexByte(rest[:e], ' ') >= 0 {
			return 0
		}
		if !iex && bytes.IndexByte(rest[:e], '@') < 0 {
			return 0
		}
		i = len(line) - len(rest) + e + 1
	}
	d := i
	for i < len(line) && i < d+6 && isDigit(line[i]) {
		i++
	}
	if i == 0 || i == d && !iex || i >= len(line) || line[i] != '>' {
		return 0
	}
	if i+1 == len(line) {
		return i + 1
	}
	if line[i+1] != ' ' {
		return 0
	}
	return i + 2
}

// readPrompt reads a shell's prompt, and the logger's prefix if one follows.
func readPrompt(line []byte, p *prefix, format *loggerFormat) bool {
	e := promptEnd(line)
	if e == 0 {
		return false
	}
	rest := line[e:]
	if len(rest) > 0 && promptEnd(rest) == 0 && readPrefix(rest, p, format) {
		p.end += e
		return true
	}
	for {
		more := promptEnd(rest)
		if more == 0 {
			break
		}
		e += more
		rest = line[e:]
	}
	*p = prefix{writer: WriterShell, end: e}
	return true
}
