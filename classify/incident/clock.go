package incident

import "strings"

const day = 24 * 60 * 60 * 1000

// clock turns printed times of one input into milliseconds that only grow.
// Times without a date count from midnight; one that is much smaller than the
// one before it belongs to the next day.
type clock struct {
	last  int64
	shift int64 // added to printed times: days, and gaps where the time went back
	known bool
	dated bool
}

const (
	jitter = 500              // handlers print out of order by so much
	gap    = maxGrace + 10000 // between two runs whose logs follow each other: nobody knows
)

// at gives the moment of a printed time. ok is false where it cannot be
// compared with the one before: no time, or one with a date after one without.
func (c *clock) at(text string) (ms int64, ok bool) {
	ms, dated, ok := parseTime(text)
	if !ok {
		return 0, false
	}
	if !c.known || c.dated != dated {
		*c = clock{last: ms, known: true, dated: dated}
		return ms, true
	}
	ms += c.shift
	if !dated && ms < c.last-day/2 {
		c.shift += day
		ms += day
	}
	if ms < c.last-jitter { // another run's log, or a clock that was set back
		c.shift += c.last + gap - ms
		ms = c.last + gap
	}
	c.last = max(c.last, ms)
	return c.last, true
}

// moment is at for any text: what has no time of its own among timed ones is as
// late as the last.
func (c *clock) moment(text string) moment {
	if at, ok := c.at(text); ok {
		return moment{at, true}
	}
	return moment{c.last, c.known}
}

// parseTime reads an ISO time, with or without a date, zone or fraction:
// "14:32:15.123", "2026-11-21T02:22:27.374565", "2026-11-21 02:22:27Z".
func parseTime(s string) (ms int64, dated, ok bool) {
	date, clockText := "", s
	if len(s) > 10 && s[4] == '-' && s[7] == '-' && (s[10] == 'T' || s[10] == ' ' || s[10] == 't') {
		date, clockText = s[:10], s[11:]
	}
	ms, ok = parseClock(clockText)
	if !ok {
		return 0, false, false
	}
	if date == "" {
		return ms, false, true
	}
	y, ok1 := number(date[:4])
	m, ok2 := number(date[5:7])
	d, ok3 := number(date[8:])
	if !ok1 || !ok2 || !ok3 {
		return 0, false, false
	}
	return daysOf(y, m, d)*day + ms - zone(clockText), true, true
}

// parseClock reads "HH:MM:SS" and what fraction follows.
func parseClock(s string) (int64, bool) {
	if len(s) < 8 || s[2] != ':' || s[5] != ':' {
		return 0, false
	}
	h, ok1 := number(s[:2])
	m, ok2 := number(s[3:5])
	sec, ok3 := number(s[6:8])
	if !ok1 || !ok2 || !ok3 {
		return 0, false
	}
	ms := ((h*60+m)*60 + sec) * 1000
	if len(s) > 8 && (s[8] == '.' || s[8] == ',' || s[8] == ':') {
		scale := int64(100)
		for i := 9; i < len(s) && s[i] >= '0' && s[i] <= '9' && scale > 0; i++ {
			ms += int64(s[i]-'0') * scale
			scale /= 10
		}
	}
	return ms, true
}

// zone gives the offset that a time ends in, "+02:00", in milliseconds.
func zone(s string) int64 {
	i := strings.LastIndexAny(s, "+-")
	if i < 8 || len(s)-i < 5 {
		return 0
	}
	h, ok1 := number(s[i+1 : i+3])
	m, ok2 := number(strings.TrimPrefix(s[i+3:], ":"))
	if !ok1 || !ok2 {
		return 0
	}
	ms := (h*60 + m) * 60 * 1000
	if s[i] == '-' {
		return -ms
	}
	return ms
}

func number(s string) (int64, bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	n := int64(0)
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}

// daysOf counts days in the Gregorian calendar, from any fixed day on.
func daysOf(y, m, d int64) int64 {
	if m <= 2 {
		y, m = y-1, m+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d
}
