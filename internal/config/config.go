// Package config reads a project's own settings, which are in .beamlog.toml.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/beamlog/beamlog/classify/suppress"
	"github.com/beamlog/beamlog/internal/near"
	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// What a project keeps for beamlog: see [Find].
const (
	Name  = ".beamlog.toml"
	Rules = ".beamlog/rules" // rules of its own
)

// maxSize is more than anybody writes.
const maxSize = 1 << 20

// Config is what a file says.
type Config struct {
	Suppress []suppress.Entry
}

// Find gives the path of the file or directory of a name that holds for the
// working directory: its own, else the nearest above it, up to the root of the
// repository that it is in. "" if there is none. Above a directory that is in no
// repository nothing is looked for: what lies there is not the project's.
func Find(name string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find %s: %w", name, err)
	}
	found := ""
	for up := ""; ; up = filepath.Join(up, "..") {
		path := filepath.Join(up, name)
		if found == "" && exists(path) {
			found = path
		}
		switch {
		case exists(filepath.Join(up, ".git")):
			return found, nil
		case filepath.Dir(dir) == dir:
			if found == filepath.Clean(name) {
				return found, nil
			}
			return "", nil
		}
		dir = filepath.Dir(dir)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// file is the shape of the file.
type file struct {
	Suppress []struct {
		Pattern     string          `toml:"pattern"`
		Process     string          `toml:"process"`
		Application string          `toml:"application"`
		Fingerprint string          `toml:"fingerprint"`
		Reason      string          `toml:"reason"`
		Until       *toml.LocalDate `toml:"until"`
	} `toml:"suppress"`
}

// keys is what may stand in the file, by the table that it stands in, with what
// is expected there.
var keys = map[string]map[string]string{
	"": {"suppress": "[[suppress]] and below it the keys of one suppression"},
	"suppress": {
		"pattern":     "the name of a rule, family or group in quotes",
		"process":     "a name in quotes",
		"application": "a name in quotes",
		"fingerprint": "12 hex digits in quotes",
		"reason":      "a text in quotes",
		"until":       "a day, as in until = 2026-12-31",
	},
}

// Load reads a file. It knows all of the keys that may stand there; errors name
// the file, the line and what is expected.
func Load(path string) (*Config, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	var f file
	d := toml.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, explain(path, err)
	}
	c := new(Config)
	places := places(data)
	for i, s := range f.Suppress {
		e := suppress.Entry{
			Pattern: s.Pattern, Process: s.Process, Application: s.Application, Fingerprint: s.Fingerprint,
			Reason: s.Reason, File: filepath.ToSlash(path), Line: 1,
		}
		if i < len(places) { // not of suppress.reason = "…", which nobody writes
			e.Line, e.Lines = places[i].line, places[i].keys
		}
		if s.Until != nil {
			e.Until = s.Until.String()
		}
		c.Suppress = append(c.Suppress, e)
	}
	return c, nil
}

func read(path string) ([]byte, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err == nil && len(data) > maxSize {
		err = fmt.Errorf("read %s: it is larger than %d bytes", path, maxSize)
	}
	return data, err
}

// explain makes one line of what toml says is wrong.
func explain(path string, err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) && len(unknown.Errors) > 0 {
		e := &unknown.Errors[0]
		line, _ := e.Position()
		return fmt.Errorf("%s:%d: %s", path, line, unknownKey(e.Key()))
	}
	var wrong *toml.DecodeError
	if !errors.As(err, &wrong) {
		return fmt.Errorf("%s: %w", path, err)
	}
	line, column := wrong.Position()
	if table, name := where(wrong.Key()); keys[table][name] != "" {
		return fmt.Errorf("%s:%d: %s: expected %s", path, line, name, keys[table][name])
	}
	return fmt.Errorf("%s:%d:%d: %s", path, line, column, strings.TrimPrefix(wrong.Error(), "toml: "))
}

// where splits a key as toml gives it into the table and its name there.
func where(key toml.Key) (table, name string) {
	switch {
	case len(key) == 0:
		return "", ""
	case len(key) > 1 && keys[key[0]] != nil:
		return key[0], key[1]
	}
	return "", key[0]
}

// unknownKey says of a key that nobody knows which one may have been meant.
func unknownKey(key toml.Key) string {
	table, name := where(key)
	names := slices.Sorted(maps.Keys(keys[table]))
	if inline := slices.Sorted(maps.Keys(keys["suppress"])); table == "" && near.Name(name, names) == "" && near.Name(name, inline) != "" {
		names = inline // toml does not say of which table {…} is
	}
	return fmt.Sprintf("no key %q%s; there are %s", name, near.Hint(name, names), strings.Join(names, ", "))
}

// entry is where one suppression and its keys stand.
type entry struct {
	line   int
	keys   map[string]int
	inline bool // it is written as {…}
}

// places finds the lines of the suppressions in a file that has been decoded.
func places(data []byte) []entry {
	var all []entry
	var p unstable.Parser
	p.Reset(data)
	line := func(n *unstable.Node) int { return p.Shape(n.Raw).Start.Line }
	put := func(n *unstable.Node) {
		it := n.Key()
		if !it.Next() || len(all) == 0 {
			return
		}
		e := &all[len(all)-1]
		e.keys[string(it.Node().Data)] = line(it.Node())
		if len(e.keys) == 1 && e.inline {
			e.line = line(it.Node())
		}
	}
	for p.NextExpression() {
		switch n := p.Expression(); n.Kind {
		case unstable.ArrayTable, unstable.Table:
			it := n.Key()
			it.Next()
			all = append(all, entry{line: line(it.Node()), keys: map[string]int{}})
		case unstable.KeyValue:
			if n.Value().Kind != unstable.Array {
				put(n)
				continue
			}
			it := n.Key()
			it.Next()
			for tables := n.Value().Children(); tables.Next(); { // suppress = [{…}, {…}]
				all = append(all, entry{line: line(it.Node()), keys: map[string]int{}, inline: true})
				for members := tables.Node().Children(); members.Next(); {
					put(members.Node())
				}
			}
		}
	}
	return all
}
