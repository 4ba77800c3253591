package term

import (
	"math"
	"strconv"
	"strings"
)

// elixirFloat is a float as Elixir prints it: 1.0e5 becomes 100000.0. What is no
// number that a machine holds stays as it is.
func elixirFloat(s string) string {
	if isPlainFloat(s) {
		return s
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	if err != nil {
		return s
	}
	if a := math.Abs(f); a >= 1 && a < 1e16 && a == math.Trunc(a) {
		return strconv.FormatFloat(f, 'f', 1, 64)
	}
	return shortestFloat(f)
}

// isPlainFloat tells whether a float is surely written in the shortest way: few
// digits, no exponent and no zeros too many.
func isPlainFloat(s string) bool {
	point := strings.IndexByte(s, '.')
	if point < 1 || len(s) > 15 || s[0] == '0' || s[0] == '-' || s[0] == '+' || s[len(s)-1] == '0' && point+2 != len(s) {
		return false
	}
	for i := 0; i < len(s); i++ {
		if i != point && !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// erlangFloat is a float, given as Elixir prints it, as ~p does.
func erlangFloat(s string) string {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	return shortestFloat(f)
}

// shortestFloat writes a float as io_lib_format:fwrite_g/1 does: of the shortest
// digits, with an exponent where that is shorter, and always from 2^53 on.
func shortestFloat(f float64) string {
	if f == 0 {
		if math.Signbit(f) {
			return "-0.0"
		}
		return "0.0"
	}
	var buf [32]byte
	b := strconv.AppendFloat(buf[:0], math.Abs(f), 'e', -1, 64) // d.ddde±xx
	mantissa, exponent, _ := strings.Cut(string(b), "e")
	exp, _ := strconv.Atoi(exponent)
	digits := strings.Replace(mantissa, ".", "", 1)
	sign := ""
	if f < 0 {
		sign = "-"
	}
	return sign + insertPoint(digits, exp+1, math.Abs(f) >= 1<<53)
}

// insertPoint puts the decimal point after place digits.
func insertPoint(digits string, place int, big bool) string {
	n := len(digits)
	if !big && place > 0 && place < n {
		return digits[:place] + "." + digits[place:]
	}
	exp := strconv.Itoa(place - 1)
	cost := len(exp) + 2
	if n == 1 {
		cost++
	}
	switch {
	case big:
	case place == 0:
		return "0." + digits
	case place < 0 && 2-place <= cost:
		return "0." + strings.Repeat("0", -place) + digits
	case place >= n && place-n+2 <= cost:
		return digits + strings.Repeat("0", place-n) + ".0"
	}
	if n == 1 {
		return digits + ".0e" + exp
	}
	return digits[:1] + "." + digits[1:] + "e" + exp
}
