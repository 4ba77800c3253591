package crashdump

import (
	"bytes"
	"io"
)

const (
	blockSize = 256 << 10
	maxLine   = 64 << 10 // of longer lines the rest is dropped
)

// lines gives the lines of a dump, and passes over the bodies of sections
// without looking at their lines.
type lines struct {
	r          io.Reader
	buf        []byte
	start, end int // what of buf is still to be read
	long       []byte
	eof        bool
	err        error // other than io.EOF

	partial            bool  // the line that next gave is the last, and has no end
	bytes, count, last int64 // last: the number of the last line that is not blank
	open               bool  // no newline stands at the end of what was read
}

func newLines(r io.Reader) *lines {
	return &lines{r: r, buf: make([]byte, blockSize)}
}

// next gives the next line without its end; false at the end of the input. The
// line is valid up to the next call.
func (l *lines) next() ([]byte, bool) {
	for from := l.start; ; {
		if i := bytes.IndexByte(l.buf[from:l.end], '\n'); i >= 0 {
			line := l.buf[l.start : from+i]
			l.start = from + i + 1
			return bytes.TrimSuffix(line, []byte("\r")), true
		}
		seen := l.end - l.start
		if seen > maxLine {
			return l.longLine(), true
		}
		if !l.fill() {
			line := l.buf[l.start:l.end]
			l.start, l.partial = l.end, true
			return bytes.TrimSuffix(line, []byte("\r")), len(line) > 0
		}
		from = l.start + seen
	}
}

// longLine gives the start of a line of which more than maxLine bytes are read,
// and drops the rest of it.
func (l *lines) longLine() []byte {
	l.long = append(l.long[:0], l.buf[l.start:l.start+maxLine]...)
	for l.start = l.end; l.fill(); l.start = l.end {
		if i := bytes.IndexByte(l.buf[l.start:l.end], '\n'); i >= 0 {
			l.start += i + 1
			break
		}
	}
	return l.long
}

// skip passes over the lines up to the next that begins with "=". It looks for
// the "=", of which heaps have few, and not for the newlines, one every 30 bytes.
func (l *lines) skip() {
	atStart := true // of a line
	for l.start < l.end || l.fill() {
		block := l.buf[l.start:l.end]
		for i := 0; i < len(block); i++ {
			next := bytes.IndexByte(block[i:], '=')
			if next < 0 {
				break
			}
			if i += next; i == 0 && atStart || i > 0 && block[i-1] == '\n' {
				l.start += i
				return
			}
		}
		atStart = block[len(block)-1] == '\n'
		l.start = l.end
	}
}

// heading says whether the next line begins a section.
func (l *lines) heading() bool {
	return (l.start < l.end || l.fill()) && l.buf[l.start] == '='
}

// fill reads more behind what is still to be read; false if there is no more. It
// is never called with a full buffer: lines are shorter than half of it.
func (l *lines) fill() bool {
	if l.eof {
		return false
	}
	if l.start > 0 {
		l.end = copy(l.buf, l.buf[l.start:l.end])
		l.start = 0
	}
	for range 100 { // as bufio: a reader that gives nothing for so long is broken
		n, err := l.r.Read(l.buf[l.end:])
		l.tally(l.buf[l.end : l.end+n])
		l.end += n
		if err != nil {
			l.eof = true
			if err != io.EOF {
				l.err = err
			}
		}
		if n > 0 || l.eof {
			return n > 0
		}
	}
	l.eof, l.err = true, io.ErrNoProgress
	return false
}

// tally counts the lines of a block.
func (l *lines) tally(block []byte) {
	if len(block) == 0 {
		return
	}
	l.bytes += int64(len(block))
	text := bytes.TrimRight(block, " \t\r\n")
	inText := int64(bytes.Count(text, []byte("\n")))
	if len(text) > 0 {
		l.last = l.count + inText + 1
	}
	l.count += inText + int64(bytes.Count(block[len(text):], []byte("\n")))
	l.open = block[len(block)-1] != '\n'
}

// total is the number of lines read, a last one without a newline included.
func (l *lines) total() int64 {
	if l.open {
		return l.count + 1
	}
	return l.count
}
