// Command gen compiles the rule files into classify/rules_gen.go and writes
// docs/patterns. It runs in the folder classify: see its go:generate line.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/beamlog/beamlog/classify/rules/compile"
)

func main() {
	if err := run("rules", "rules_gen.go", filepath.Join("..", "docs", "patterns")); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run compiles the rules of dir into the Go file out and the Markdown folder docs.
func run(dir, out, docs string) error {
	files, err := compile.Load(os.DirFS(dir))
	if err != nil {
		return err
	}
	src, err := compile.Go(files)
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, src, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", out, err)
	}
	return writeDocs(docs, compile.Markdown(files))
}

// writeDocs replaces the pages in dir.
func writeDocs(dir string, pages map[string]string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make %s: %w", dir, err)
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		return fmt.Errorf("list %s: %w", dir, err)
	}
	for _, name := range old {
		if _, ok := pages[filepath.Base(name)]; ok {
			continue
		}
		if err := os.Remove(name); err != nil {
			return fmt.Errorf("remove %s: %w", name, err)
		}
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}
