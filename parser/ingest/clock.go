package ingest

import (
	"strconv"
	"strings"
	"time"
)

// stamp is a printed point in time, as parts of the line it stands in.
//
//	14:32:15.123
//	2026-11-21 02:30:06.473398+00:00
//	2026-11-21T02:22:43.090138Z
//	21-Nov-2026::02:22:27.374565
type stamp struct {
	date  []byte // "2026-11-21"; empty if none is printed
	clock []byte // "02:22:43.090138"; empty if there is no time at all
	zone  []byte // "Z", "+00:00"; empty if none is printed
}

// iso gives the time in ISO form with what was printed and nothing more; "" if
// there is none.
func (s *stamp) iso() string {
	if len(s.clock) == 0 {
		return ""
	}
	out := make([]byte, 0, 40)
	for _, c := range s.date {
		if c == '/' {
			c = '-'
		}
		out = append(out, c)
	}
	if len(out) > 0 {
		out = append(out, 'T')
	}
	for _, c := range s.clock {
		if c == ',' {
			c = '.'
		}
		out = append(out, c)
	}
	return string(append(out, s.zone...))
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func isLetter(c byte) bool { return c|0x20-'a' < 26 }

func isUpper(c byte) bool { return c-'A' < 26 }

func isWord(c byte) bool { return isDigit(c) || isLetter(c) || c == '_' }

// digits reports whether s has n digits at i.
func digits(s []byte, i, n int) bool {
	if i+n > len(s) {
		return false
	}
	for _, c := range s[i : i+n] {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

// clockAt gives the end of "HH:MM:SS" with an optional fraction at s[i], or -1.
func clockAt(s []byte, i int) int {
	if i+8 > len(s) || s[i+2] != ':' || s[i+5] != ':' ||
		!digits(s, i, 2) || !digits(s, i+3, 2) || !digits(s, i+6, 2) {
		return -1
	}
	i += 8
	if i+1 < len(s) && (s[i] == '.' || s[i] == ',') && isDigit(s[i+1]) {
		for i++; i < len(s) && isDigit(s[i]); i++ {
		}
	}
	return i
}

// dateAt gives the end of "YYYY-MM-DD" or "YYYY/MM/DD" at s[i], or -1.
func dateAt(s []byte, i int) int {
	if i+10 > len(s) || s[i+4] != '-' && s[i+4] != '/' || s[i+7] != s[i+4] ||
		!digits(s, i, 4) || !digits(s, i+5, 2) || !digits(s, i+8, 2) {
		return -1
	}
	return i + 10
}

// zoneAt gives the end of "Z", "+01:00" or "+0100" at s[i]; i if there is none.
func zoneAt(s []byte, i int) int {
	if i >= len(s) {
		return i
	}
	switch s[i] {
	case 'Z':
		return i + 1
	case '+', '-':
		if digits(s, i+1, 2) {
			if digits(s, i+3, 2) {
				return i + 5
			}
			if i+3 < len(s) && s[i+3] == ':' && digits(s, i+4, 2) {
				return i + 6
			}
		}
	}
	return i
}

// stampAt reads a clock, or a date and a clock joined by "T", a blank or any
// other single designator, at s[i]. It gives the end of it, or -1.
func stampAt(s []byte, i int) (stamp, int) {
	if i >= len(s) || !isDigit(s[i]) {
		return stamp{}, -1
	}
	if e := clockAt(s, i); e >= 0 {
		z := zoneAt(s, e)
		return stamp{clock: s[i:e], zone: s[e:z]}, z
	}
	d := dateAt(s, i)
	if d < 0 || d+1 >= len(s) {
		return stamp{}, -1
	}
	e := clockAt(s, d+1)
	if e < 0 {
		return stamp{}, -1
	}
	z := zoneAt(s, e)
	return stamp{date: s[i:d], clock: s[d+1 : e], zone: s[e:z]}, z
}

// monthAt gives the number of the English month name at s[i], "01" to "12", or "".
func monthAt(s []byte, i int) string {
	const names = "JanFebMarAprMayJunJulAugSepOctNovDec"
	const numbers = "010203040506070809101112"
	if i+3 > len(s) || !isUpper(s[i]) {
		return ""
	}
	n := strings.Index(names, string(s[i:i+3]))
	if n < 0 || n%3 != 0 {
		return ""
	}
	return numbers[n/3*2 : n/3*2+2]
}

// legacyStampAt reads OTP's "D-Mon-YYYY::HH:MM:SS" with an optional fraction at
// s[i]; the day is not zero-padded in OTP, so it is here.
func legacyStampAt(s []byte, i int) (stamp, int) {
	d := i
	for d < len(s) && d < i+2 && isDigit(s[d]) {
		d++
	}
	if d == i || d+10 > len(s) || s[d] != '-' || s[d+4] != '-' || !digits(s, d+5, 4) {
		return stamp{}, -1
	}
	month := monthAt(s, d+1)
	if month == "" || d+11 > len(s) || s[d+9] != ':' || s[d+10] != ':' {
		return stamp{}, -1
	}
	e := clockAt(s, d+11)
	if e < 0 {
		return stamp{}, -1
	}
	date := make([]byte, 0, 10)
	date = append(append(date, s[d+5:d+9]...), '-')
	date = append(append(date, month...), '-')
	if d == i+1 {
		date = append(date, '0')
	}
	return stamp{date: append(date, s[i:d]...), clock: s[d+11 : e]}, e
}

// isoEpoch turns a number of seconds, milli-, micro- or nanoseconds since 1970
// into ISO form; which unit it is shows in its size. It gives "" for what
// cannot be the time of a log line.
func isoEpoch(number string) string {
	whole, fraction, _ := strings.Cut(number, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 1e8 {
		return ""
	}
	switch {
	case n < 1e11:
		at := time.Unix(n, 0).UTC().Format("2006-01-02T15:04:05")
		if fraction != "" && strings.Trim(fraction, "0123456789") == "" {
			at += "." + fraction[:min(len(fraction), 9)]
		}
		return at + "Z"
	case n < 1e14:
		return time.UnixMilli(n).UTC().Format("2006-01-02T15:04:05.000Z")
	case n < 1e17:
		return time.UnixMicro(n).UTC().Format("2006-01-02T15:04:05.000000Z")
	default:
		return time.Unix(0, n).UTC().Format("2006-01-02T15:04:05.000000000Z")
	}
}
