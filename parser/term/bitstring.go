package term

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// bitstringLook bounds how far the end of an unreadable <<…>> is looked for.
const bitstringLook = 4 << 10

// bits collects the segments of a bitstring.
type bits struct {
	b    []byte
	left uint // bits of the last byte that are still free
}

// add appends the low n bits of v.
func (w *bits) add(v *big.Int, n uint) {
	for n > 0 {
		n--
		if w.left == 0 {
			w.b = append(w.b, 0)
			w.left = 8
		}
		w.left--
		w.b[len(w.b)-1] |= byte(v.Bit(int(n))) << w.left
	}
}

// addText appends whole bytes.
func (w *bits) addText(s string) {
	if w.left == 0 {
		w.b = append(w.b, s...)
		return
	}
	for i := 0; i < len(s); i++ {
		w.add(big.NewInt(int64(s[i])), 8)
	}
}

// bitstring reads <<1, 2>>, <<"abc">>, <<1:3>>, <<1::size(3)>>.
func (r *reader) bitstring() {
	start := r.i
	r.i += 2
	if r.simpleBinary(start) {
		return
	}
	var w bits
	cut := false
	for {
		r.space()
		switch {
		case r.i >= len(r.s):
			r.open = true
			r.pushBits(start, &w, true)
			return
		case strings.HasPrefix(r.s[r.i:], ">>"):
			r.i += 2
			r.pushBits(start, &w, cut)
			return
		case strings.HasPrefix(r.s[r.i:], "..."):
			r.i += 3
			cut = true
		case r.s[r.i] == ',':
			r.i++
		case !r.segment(&w):
			r.unreadableBits(start)
			return
		}
	}
}

// simpleBinary reads <<"abc">>, the commonest, with no copy.
func (r *reader) simpleBinary(start int) bool {
	i := r.i
	if r.peek(0) != '"' {
		return false
	}
	n := strings.IndexByte(r.s[i+1:], '"')
	if n < 0 || !strings.HasPrefix(r.s[i+1+n+1:], ">>") {
		return false
	}
	body := r.s[i+1 : i+1+n]
	for j := 0; j < len(body); j++ {
		if body[j] == '\\' || body[j] >= 0x80 {
			return false
		}
	}
	r.i = i + n + 4
	r.push(Binary, start, body)
	return true
}

// pushBits pushes the bitstring that w holds.
func (r *reader) pushBits(start int, w *bits, cut bool) {
	kind, n := Binary, uint8(0)
	if w.left > 0 {
		kind, n = Bitstring, uint8(8-w.left)
		w.b[len(w.b)-1] >>= w.left
	}
	r.push(kind, start, string(w.b))
	t := &r.stack[len(r.stack)-1]
	t.Bits, t.Cut = n, cut
}

// unreadableBits makes a <<…>> that cannot be read Opaque if its end is near,
// else Raw.
func (r *reader) unreadableBits(start int) {
	look := r.s[r.i:min(len(r.s), r.i+bitstringLook)]
	if n := strings.Index(look, ">>"); n >= 0 {
		r.i += n + 2
		r.push(Opaque, start, r.s[start:r.i])
		return
	}
	r.oddity(start)
}

// segment reads one segment.
func (r *reader) segment(w *bits) bool {
	if r.s[r.i] == '"' {
		text, end, closed := quotedText(r.s, r.i, r.dialect, r.stringMode())
		r.i = end
		if !closed {
			r.open = true
		}
		_, _, isUTF8 := r.segmentType(8)
		if r.dialect == Erlang && !isUTF8 {
			text = latin1(text)
		}
		w.addText(text)
		return true
	}
	start := r.i
	end := start
	if r.s[end] == '-' {
		end++
	}
	end = digits(r.s, end)
	if end == start || !isDigit(r.s[end-1]) {
		return false
	}
	digits := r.s[start:end]
	r.i = end
	if n, err := strconv.ParseUint(digits, 10, 8); err == nil && w.left == 0 && (r.peek(0) == ',' || r.peek(0) == '>') {
		w.b = append(w.b, byte(n))
		return true
	}
	if len(digits) > 4096 {
		return false
	}
	size, ok, _ := r.segmentType(8)
	v, valid := new(big.Int).SetString(strings.ReplaceAll(digits, "_", ""), 10)
	if !ok || !valid {
		return false
	}
	if v.Sign() < 0 {
		v.Add(v, new(big.Int).Lsh(big.NewInt(1), size))
	}
	w.add(v, size)
	return true
}

func (r *reader) stringMode() escapes {
	if r.dialect == Erlang {
		return characters
	}
	return bytesOfString
}

// segmentType reads ":3", "::size(3)", "::3", "/utf8", "::utf8" after a segment,
// if they are there.
func (r *reader) segmentType(size uint) (n uint, ok, isUTF8 bool) {
	rest := r.s[r.i:min(len(r.s), r.i+40)]
	i := 0
	for i < len(rest) && (isWord(rest[i]) && rest[i] < 0x80 || strings.IndexByte(":/()-", rest[i]) >= 0) {
		i++
	}
	spec := rest[:i]
	r.i += i
	isUTF8 = strings.Contains(spec, "utf8")
	num := strings.TrimLeft(spec, ":/size(")
	j := 0
	for j < len(num) && isDigit(num[j]) {
		j++
	}
	if j == 0 {
		return size, spec == "" || isUTF8 || strings.HasPrefix(spec, "/") || strings.HasPrefix(spec, "::"), isUTF8
	}
	v, err := strconv.Atoi(num[:j])
	return uint(v), err == nil && v > 0 && v <= 4096, isUTF8
}

// latin1 makes bytes of characters: what Erlang prints as <<"é">> is the byte
// 233, and <<"Ã©">> are the two bytes of é.
func latin1(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		ascii = ascii && s[i] < 0x80
	}
	if ascii {
		return s
	}
	b := make([]byte, 0, len(s))
	for _, c := range s {
		if c < 256 {
			b = append(b, byte(c))
		} else {
			b = utf8.AppendRune(b, c)
		}
	}
	return string(b)
}
