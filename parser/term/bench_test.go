package term

import (
	"fmt"
	"strings"
	"testing"
)

// benchTerm is a term of about size bytes, such as a GenServer's state.
func benchTerm(size int) string {
	const item = `%%MyApp.Cart.Item{id: 12345, sku: "A-1029-%d", price: 19.99, tags: [:new, :sale], owner: #PID<0.%d.0>, meta: %%{"k" => nil, "n" => [1, 2, 3]}}`
	if size < 200 {
		return `{:noreply, %{id: 42, name: "server", pids: [#PID<0.1.0>, #PID<0.2.0>], opts: [timeout: 5000], x: nil}}`
	}
	var b strings.Builder
	b.WriteString("%{items: [")
	for i := 0; b.Len() < size; i++ {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, item, i, i)
	}
	b.WriteString("], count: 1}")
	return b.String()
}

var benchSizes = []struct {
	name string
	size int
}{{"98B", 98}, {"1kB", 1000}, {"10kB", 10_000}, {"1MB", 1_000_000}, {"10MB", 10_000_000}}

func BenchmarkRead(b *testing.B) {
	for _, s := range benchSizes {
		text := benchTerm(s.size)
		b.Run(s.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				ReadIn(text, Elixir)
			}
		})
	}
}

func BenchmarkSkip(b *testing.B) {
	for _, s := range benchSizes {
		text := benchTerm(s.size)
		b.Run(s.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Skip(text, 0)
			}
		})
	}
}

func BenchmarkPrint(b *testing.B) {
	text := benchTerm(10_000)
	t, _ := Parse(text)
	for _, d := range []Dialect{Elixir, Erlang} {
		b.Run(fmt.Sprint(d), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				_ = t.Print(d)
			}
		})
	}
}

func BenchmarkMatch(b *testing.B) {
	p, err := ParsePattern("{{:timeout, {GenServer, :call, [server, request, ms]}}, stack}")
	if err != nil {
		b.Fatal(err)
	}
	hit, _ := Parse("{{:timeout, {GenServer, :call, [MyServer, {:get, 1}, 5000]}}, [{GenServer, :call, 3, []}]}")
	miss, _ := Parse("{{:badmatch, {:error, :enoent}}, [{MyApp, :run, 1, []}]}")
	for name, t := range map[string]Term{"hit": hit, "miss": miss} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.Match(t)
			}
		})
	}
}

func BenchmarkMask(b *testing.B) {
	const text = "client #PID<0.123.0> timed out because it queued and checked out the connection for longer than 15000ms at 2026-03-20T14:32:15.123Z"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Mask(text)
	}
}
