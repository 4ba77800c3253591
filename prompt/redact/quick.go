package redact

// The functions here say cheaply that a text holds nothing for a detector, so
// that its expression runs on few lines only.

// maybeIPv4 says that s holds four groups of digits with dots between them.
func maybeIPv4(s string) bool {
	groups, digits := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
			if groups == 3 {
				return true
			}
		case c == '.' && digits > 0 && digits <= 3:
			groups, digits = groups+1, 0
		default:
			groups, digits = 0, 0
		}
	}
	return false
}

// maybeIPv6 says that s holds a run of hexadecimal digits and colons with at
// least three colons, and either eight groups or an empty one.
func maybeIPv6(s string) bool {
	colons, empty, last := 0, false, byte(0)
	for i := 0; i <= len(s); i++ {
		c := byte(' ')
		if i < len(s) {
			c = s[i]
		}
		switch {
		case c == ':':
			empty = empty || last == ':'
			colons++
		case c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f':
		default:
			if colons >= 3 && (empty || colons >= 7) {
				return true
			}
			colons, empty = 0, false
		}
		last = c
	}
	return false
}

// maybeCard says that s holds four digits, a separator and four digits more.
func maybeCard(s string) bool {
	run, before := 0, 0 // digits, and those before a separator
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			if run++; run == 4 && before == 4 {
				return true
			}
		case c == ' ' || c == '-':
			before, run = run, 0
		default:
			before, run = 0, 0
		}
	}
	return false
}
