package source

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const cart = `defmodule MyApp.Cart do
  use GenServer

  def init(_), do: {:ok, %{}}

  @impl true
  def handle_call({:add, n}, _from, state) when n > 0 do
    total =
      if n > 10 do
        n * 2
      end

    {:reply, :ok, %{state | total: total + 1}}
  end

  defp helper(x) do
    x + 1
  end
end
`

const server = `-module(my_srv).
-export([init/1]).

init([]) ->
    {ok, []}.

%% a comment.
handle_call(a, _From, S) ->
    {reply, 1, S};
handle_call(b, _From, S) ->
    X = 1 / S,
    {reply, X, S}.

other() -> ok.
`

func project(t *testing.T, files map[string]string) *Project {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestSnippetFindsTheEnclosingFunction(t *testing.T) {
	p := project(t, map[string]string{
		"mix.exs":                   "",
		"lib/my_app/cart.ex":        cart,
		"src/my_srv.erl":            server,
		"apps/web/mix.exs":          "",
		"apps/web/lib/web/page.ex":  "defmodule Web.Page do\n  def show(x), do: x\nend\n",
		"apps/shop/mix.exs":         "",
		"apps/shop/lib/web/page.ex": "defmodule Other do\nend\n",
	})
	tests := []struct {
		name, app, file string
		line            int
		wantFile, fun   string
		first, last     int
	}{
		{"a clause with an inner end", "my_app", "lib/my_app/cart.ex", 12, "lib/my_app/cart.ex", "handle_call", 7, 14},
		{"the head of a function", "my_app", "lib/my_app/cart.ex", 16, "lib/my_app/cart.ex", "helper", 16, 18},
		{"a one-liner", "my_app", "lib/my_app/cart.ex", 4, "lib/my_app/cart.ex", "init", 4, 4},
		{"an Erlang function with all its clauses", "", "my_srv.erl", 11, "src/my_srv.erl", "handle_call", 8, 12},
		{"a path of the machine that built it", "", "/build/x/src/my_srv.erl", 5, "src/my_srv.erl", "init", 4, 5},
		{"an application of an umbrella", "web", "lib/web/page.ex", 2, "apps/web/lib/web/page.ex", "show", 2, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := p.Snippet(tt.app, tt.file, tt.line)
			if err != nil {
				t.Fatal(err)
			}
			if s.File != tt.wantFile || s.Function != tt.fun || s.First != tt.first || s.First+len(s.Lines)-1 != tt.last {
				t.Errorf("got %s %s %d-%d, want %s %s %d-%d", s.File, s.Function, s.First, s.First+len(s.Lines)-1, tt.wantFile, tt.fun, tt.first, tt.last)
			}
		})
	}
}

func TestFunctionFindsAllClauses(t *testing.T) {
	p := project(t, map[string]string{
		"mix.exs": "", "lib/my_app/cart.ex": cart, "src/my_srv.erl": server,
		"lib/my_app_web/http_client.ex": "defmodule MyAppWeb.HTTPClient do\n  def get(1), do: 1\n\n  def get(2) do\n    2\n  end\n\n  def put, do: 3\nend\n",
	})
	tests := []struct {
		module, function string
		first, last      int
	}{
		{"MyApp.Cart", "handle_call", 7, 14},
		{"Elixir.MyAppWeb.HTTPClient", "get", 2, 6},
		{"my_srv", "handle_call", 8, 12},
	}
	for _, tt := range tests {
		s, err := p.Function(tt.module, tt.function)
		if err != nil {
			t.Errorf("%s.%s: %v", tt.module, tt.function, err)
			continue
		}
		if s.First != tt.first || s.First+len(s.Lines)-1 != tt.last {
			t.Errorf("%s.%s: lines %d to %d, want %d to %d", tt.module, tt.function, s.First, s.First+len(s.Lines)-1, tt.first, tt.last)
		}
	}
	for _, name := range [][2]string{{"MyApp.Cart", "nope"}, {"MyApp.Nope", "x"}, {"../secret", "x"}, {"", ""}} {
		if s, err := p.Function(name[0], name[1]); err == nil {
			t.Errorf("%v: found %s", name, s.File)
		}
	}
}

func TestSnippetStaysInsideTheProject(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret.ex"), []byte("def x do\nend\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := project(t, map[string]string{"mix.exs": "", "lib/a.ex": "def a do\nend\n", "notes.txt": "x\n"})
	if err := os.Symlink(filepath.Join(outside, "secret.ex"), filepath.Join(p.Dir, "lib", "link.ex")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(outside, filepath.Join(p.Dir, "dir")); err != nil {
		t.Skip(err)
	}
	if err := os.WriteFile(filepath.Join(p.Dir, "lib", "big.ex"), make([]byte, maxFile+1), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{
		"lib/link.ex", "dir/secret.ex", "../secret.ex", filepath.Join(outside, "secret.ex"), "lib/../../secret.ex",
		"notes.txt", "lib/big.ex", "lib", "", "lib/a.ex\x00", "lib/none.ex", "/etc/passwd",
	} {
		if s, err := p.Snippet("", file, 1); err == nil {
			t.Errorf("Snippet(%q) read %s", file, s.File)
		} else if !errors.Is(err, ErrNotFound) {
			t.Errorf("Snippet(%q): %v is not ErrNotFound", file, err)
		}
	}
	for _, line := range []int{0, -1, 99} {
		if _, err := p.Snippet("", "lib/a.ex", line); err == nil {
			t.Errorf("line %d of a two-line file was read", line)
		}
	}
}

func TestOpenGoesUpToTheUmbrella(t *testing.T) {
	p := project(t, map[string]string{"mix.exs": "", "apps/web/mix.exs": "", "apps/web/lib/x.ex": "1\n"})
	inner, err := Open(filepath.Join(p.Dir, "apps", "web", "lib"))
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	if inner.Dir != p.Dir {
		t.Errorf("root = %s, want %s", inner.Dir, p.Dir)
	}
	if _, err := Open(t.TempDir()); err == nil {
		t.Error("a directory that is no project was opened")
	}
}

func TestSnippetIsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("  def big do\n")
	for i := range 300 {
		b.WriteString("    x" + strconv.Itoa(i) + strings.Repeat("é", 400) + "\n")
	}
	b.WriteString("  end\n")
	p := project(t, map[string]string{"mix.exs": "", "lib/a.ex": b.String()})
	s, err := p.Snippet("", "lib/a.ex", 200)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Lines) > maxLines || s.First > 200 || s.First+len(s.Lines) <= 200 {
		t.Errorf("lines %d to %d do not show line 200 in at most %d lines", s.First, s.First+len(s.Lines)-1, maxLines)
	}
	for _, l := range s.Lines {
		if len(l) > maxWidth+3 {
			t.Fatalf("a line of %d bytes", len(l))
		}
	}
}

func FuzzEnclosing(f *testing.F) {
	f.Add(cart, 11, false)
	f.Add(server, 10, true)
	f.Fuzz(func(t *testing.T, text string, at int, erlang bool) {
		lines := strings.Split(text, "\n")
		if at < 0 || at >= len(lines) {
			return
		}
		first, last, _ := enclosing(lines, at, erlang)
		if first < 0 || last >= len(lines) || first > at || last < at {
			t.Fatalf("lines %d to %d round %d of %d", first, last, at, len(lines))
		}
	})
}
