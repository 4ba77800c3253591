// Package source reads the user's project: it finds its root and shows the
// lines round a stack frame. It never reads outside the root, whatever a log
// or a symbolic link says.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"unicode/utf8"
)

// Limits of what is read.
const (
	maxFile  = 2 << 20 // a larger source file is not read
	maxWidth = 400     // bytes shown of a line
	maxLines = 80      // lines in a [Snippet]
	maxApps  = 200     // applications of an umbrella that are looked at
	maxUp    = 32      // directories from the given one up to the root
)

// ErrNotFound says that the project has no such file or line.
var ErrNotFound = errors.New("not in the project")

// Project is a directory with a mix.exs or a rebar.config.
type Project struct {
	Dir  string // absolute
	root *os.Root
	apps []string // directories of applications, relative, slash-separated: ".", "apps/web"
}

// Open finds the project that dir is in: the outermost directory from dir
// upwards that holds a mix.exs or rebar.config, in an unbroken line of such
// projects (an umbrella and its apps directory), or dir itself if it holds one.
func Open(dir string) (*Project, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find project: %w", err)
	}
	top := ""
	for d, n := abs, 0; n < maxUp; n++ {
		switch {
		case isProject(d):
			top = d
		case top != "" && filepath.Base(d) != "apps":
			return open(top)
		}
		up := filepath.Dir(d)
		if up == d {
			break
		}
		d = up
	}
	if top == "" {
		return nil, fmt.Errorf("find project: no mix.exs or rebar.config in %s or above", dir)
	}
	return open(top)
}

func isProject(dir string) bool {
	for _, name := range [...]string{"mix.exs", "rebar.config"} {
		if st, err := os.Stat(filepath.Join(dir, name)); err == nil && st.Mode().IsRegular() {
			return true
		}
	}
	return false
}

func open(dir string) (*Project, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open project: %w", err)
	}
	p := &Project{Dir: dir, root: root, apps: []string{"."}}
	if entries, err := fs.ReadDir(root.FS(), "apps"); err == nil {
		for _, e := range entries {
			if e.IsDir() && len(p.apps) < maxApps {
				p.apps = append(p.apps, path.Join("apps", e.Name()))
			}
		}
	}
	sort.Strings(p.apps[1:])
	return p, nil
}

// Close releases the directory.
func (p *Project) Close() error { return p.root.Close() }

// Snippet is some lines of a source file.
type Snippet struct {
	File     string   // relative to the project, with slashes
	Function string   // the enclosing function's name, "" if not found
	First    int      // the number of Lines[0]
	Line     int      // the line asked for; 0 where a function was
	Lines    []string // without line ends
}

// Snippet returns the function round a line of a file as a stack frame of app
// names it, or else the lines round it. A frame's file is relative to its
// application ("lib/my_app/cart.ex"); Erlang's may be a bare name
// ("my_cart.erl") or the path on the machine that built it.
func (p *Project) Snippet(app, file string, line int) (*Snippet, error) {
	if line < 1 {
		return nil, ErrNotFound
	}
	name, data, err := p.read(app, file)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	if line > len(lines) {
		return nil, fmt.Errorf("%s has %d lines, not %d: %w", name, len(lines), line, ErrNotFound)
	}
	first, last, fun := enclosing(lines, line-1, strings.HasSuffix(name, ".erl"))
	s := &Snippet{File: name, Function: fun, First: first + 1, Line: line}
	for _, l := range lines[first : last+1] {
		s.Lines = append(s.Lines, clip(strings.TrimRight(l, "\r")))
	}
	return s, nil
}

// Function returns all clauses of a function of a module that stands where
// the build tools expect it: MyApp.Cache in lib/my_app/cache.ex, my_cache in
// src/my_cache.erl.
func (p *Project) Function(module, function string) (*Snippet, error) {
	module = strings.TrimPrefix(module, "Elixir.")
	file := "src/" + module + ".erl"
	if module != "" && module[0] >= 'A' && module[0] <= 'Z' {
		file = "lib/" + underscore(module) + ".ex"
	}
	name, data, err := p.read("", file)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	first, last := -1, -1
	for i := 0; i < len(lines); i++ {
		from, to, fun := enclosing(lines, i, strings.HasSuffix(name, ".erl"))
		if fun != function || to < i {
			continue
		}
		if first < 0 {
			first = from
		}
		if to-first+1 > maxLines {
			break
		}
		last, i = to, to
	}
	if first < 0 || last < first {
		return nil, fmt.Errorf("%s in %s: %w", function, name, ErrNotFound)
	}
	s := &Snippet{File: name, Function: function, First: first + 1}
	for _, l := range lines[first : last+1] {
		s.Lines = append(s.Lines, clip(strings.TrimRight(l, "\r")))
	}
	return s, nil
}

// underscore is the file name of a module without its ending: MyAppWeb.HTTPClient is my_app_web/http_client.
func underscore(module string) string {
	var b strings.Builder
	for i := 0; i < len(module); i++ {
		c := module[i]
		switch {
		case c == '.':
			b.WriteByte('/')
			continue
		case c >= 'A' && c <= 'Z':
			if i > 0 && module[i-1] != '.' && (module[i-1] < 'A' || module[i-1] > 'Z' || i+1 < len(module) && module[i+1] >= 'a' && module[i+1] <= 'z') {
				b.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}

// read finds and reads a frame's file.
func (p *Project) read(app, file string) (name string, data []byte, err error) {
	for _, name := range p.candidates(app, file) {
		data, err := p.readFile(name)
		if err == nil {
			return name, data, nil
		}
	}
	return "", nil, fmt.Errorf("%s: %w", file, ErrNotFound)
}

// candidates are where a frame's file may be, best first.
func (p *Project) candidates(app, file string) []string {
	file = strings.ReplaceAll(file, `\`, "/")
	if !strings.HasSuffix(file, ".ex") && !strings.HasSuffix(file, ".exs") && !strings.HasSuffix(file, ".erl") {
		return nil
	}
	apps := append([]string(nil), p.apps...)
	sort.SliceStable(apps, func(i, j int) bool { return path.Base(apps[i]) == app && path.Base(apps[j]) != app })
	var out []string
	add := func(name string) {
		if fs.ValidPath(name) {
			out = append(out, name)
		}
	}
	base := path.Base(file)
	for _, dir := range apps {
		if !path.IsAbs(file) {
			add(path.Join(dir, path.Clean("/" + file)[1:]))
		}
		if strings.HasSuffix(base, ".erl") {
			add(path.Join(dir, "src", base))
		}
	}
	if path.IsAbs(file) { // built elsewhere, or here: the tail of the path counts
		parts := strings.Split(path.Clean(file), "/")
		for i := max(1, len(parts)-6); i < len(parts)-1; i++ {
			add(path.Join(parts[i:]...))
		}
	}
	return out
}

// readFile reads a regular source file inside the root.
func (p *Project) readFile(name string) ([]byte, error) {
	f, err := p.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() || st.Size() > maxFile {
		return nil, fmt.Errorf("%s: not a source file: %w", name, ErrNotFound)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, err
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, fmt.Errorf("%s: not text: %w", name, ErrNotFound)
	}
	return data, nil
}

// clip cuts a line that is too wide, at a character.
func clip(s string) string {
	if len(s) <= maxWidth {
		return s
	}
	n := maxWidth
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// enclosing finds the function round lines[at]; without one, some lines round it.
func enclosing(lines []string, at int, erlang bool) (first, last int, name string) {
	find := elixirFunction
	if erlang {
		find = erlangFunction
	}
	first, last, name = find(lines, at)
	if name == "" {
		return max(0, at-12), min(len(lines)-1, at+12), ""
	}
	if last-first+1 > maxLines { // the head, then what is near the line
		first = max(first, at-maxLines*2/3)
		last = min(last, first+maxLines-1)
	}
	return first, last, name
}

// elixirFunction goes up to the def and down to the end of the same indent.
func elixirFunction(lines []string, at int) (first, last int, name string) {
	for i := at; i >= 0 && at-i < 400; i-- {
		indent, rest := splitIndent(lines[i])
		name = defName(rest)
		if name == "" {
			continue
		}
		if i < at && closedBefore(lines, i, at, indent) {
			return 0, 0, ""
		}
		for j := i; j < len(lines) && j-i < 400; j++ {
			if in, r := splitIndent(lines[j]); j >= at && in == indent && (strings.HasPrefix(r, "end") || j == i && strings.Contains(r, "do:")) {
				return i, j, name
			}
		}
		return i, min(len(lines)-1, max(at, i+12)), name
	}
	return 0, 0, ""
}

// closedBefore says that the function that begins at lines[from] has ended before lines[at].
func closedBefore(lines []string, from, at int, indent string) bool {
	for j := from + 1; j < at; j++ {
		if in, rest := splitIndent(lines[j]); in == indent && (rest == "end" || strings.HasPrefix(rest, "end ")) {
			return true
		}
	}
	return false
}

// defName is the name that a line defines: "def handle_call(:x, _, s) do".
func defName(rest string) string {
	for _, kw := range [...]string{"def ", "defp ", "defmacro ", "defmacrop ", "test ", "describe "} {
		after, ok := strings.CutPrefix(rest, kw)
		if !ok {
			continue
		}
		after = strings.TrimSpace(after)
		end := strings.IndexAny(after, "( ,\t")
		if end < 0 {
			end = len(after)
		}
		if end > 0 {
			return after[:end]
		}
	}
	return ""
}

func splitIndent(line string) (indent, rest string) {
	rest = strings.TrimLeft(line, " \t")
	return line[:len(line)-len(rest)], strings.TrimRight(rest, " \t\r")
}

// erlangFunction goes up to a clause that begins in the first column after the
// end of another function, and down to the final full stop.
func erlangFunction(lines []string, at int) (first, last int, name string) {
	first = -1
	for i := at; i >= 0 && at-i < 400; i-- {
		l := lines[i]
		if i < at && strings.HasSuffix(strings.TrimRight(l, " \t\r"), ".") && !strings.HasPrefix(l, "%") {
			break
		}
		if l != "" && l[0] >= 'a' && l[0] <= 'z' && strings.Contains(l, "(") {
			first, name = i, l[:strings.IndexByte(l, '(')]
		}
	}
	if first < 0 {
		return 0, 0, ""
	}
	for j := at; j < len(lines) && j-first < 400; j++ {
		if strings.HasSuffix(strings.TrimRight(lines[j], " \t\r"), ".") {
			return first, j, name
		}
	}
	return first, min(len(lines)-1, at+12), name
}
