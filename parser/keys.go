package parser

import "strings"

// PidKey gives the number of a printed pid, by which pids compare: "0.1.0" for
// "#PID<0.1.0>" and for "<0.1.0>"; "" if s is no pid.
func PidKey(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(s, "#PID")
	if len(s) < 5 || s[0] != '<' {
		return ""
	}
	end := strings.IndexByte(s, '>')
	if end < 0 {
		return ""
	}
	key := s[1:end]
	for i := 0; i < len(key); i++ {
		if c := key[i]; c != '.' && (c < '0' || c > '9') {
			return ""
		}
	}
	return key
}

// NameKey gives the one spelling of a registered name: "srv" for ":srv", "srv"
// and "'srv'", "MyApp.X" for "MyApp.X" and "'Elixir.MyApp.X'". What stands in
// {:global, _}, {:via, _, _} and {:local, _} is the name, as in the reports.
func NameKey(s string) string {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return ""
	case s[0] == '{':
		return tupleKey(s)
	case s[0] == ':':
		s = s[1:]
	}
	return strings.TrimPrefix(unquoteName(s), "Elixir.")
}

// tupleKey is [NameKey] of a tuple: one that is no wrapping has its names spelled alike
// in both dialects.
func tupleKey(s string) string {
	for _, wrap := range [...]string{"{:global,", "{global,", "{:local,", "{local,"} {
		if strings.HasPrefix(s, wrap) && strings.HasSuffix(s, "}") {
			return NameKey(s[len(wrap) : len(s)-1])
		}
	}
	for _, wrap := range [...]string{"{:via,", "{via,"} {
		if strings.HasPrefix(s, wrap) && strings.HasSuffix(s, "}") {
			if _, name, ok := strings.Cut(s[len(wrap):len(s)-1], ","); ok {
				return NameKey(name)
			}
		}
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' || c == '\'' || c == '\n':
		case c == ':' && (i+1 < len(s) && s[i+1] != ' '):
		case strings.HasPrefix(s[i:], "Elixir."):
			i += len("Elixir.") - 1
		case strings.HasPrefix(s[i:], `<<"`):
			i++
		case strings.HasPrefix(s[i:], `">>`):
			b.WriteByte('"')
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// isPid says whether s is one printed pid and nothing else.
func isPid(s string) bool {
	return PidKey(s) != "" && strings.HasSuffix(s, ">") && strings.Count(s, ">") == 1
}

// name sets the pid or the name of a process from what a header prints.
func (p *Process) name(s string) {
	if isPid(s) {
		p.Pid = s
	} else {
		p.Name = s
	}
}
