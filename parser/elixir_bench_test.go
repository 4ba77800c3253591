package parser

import (
	"testing"
)

// BenchmarkElixir parses one report of each shape.
func BenchmarkElixir(b *testing.B) {
	bodies := map[string]string{}
	for _, rec := range sampleRecords(b) {
		if rs := Parse(rec); len(rs) == 1 && len(rec.Body) < 4<<10 {
			if len(rec.Body) > len(bodies[rs[0].Shape]) {
				bodies[rs[0].Shape] = rec.Body
			}
		}
	}
	for _, name := range []string{"elixir_termination", "elixir_task", "elixir_process", "elixir_supervisor", "elixir_application", "elixir_banner"} {
		b.Run(name, func(b *testing.B) {
			rec := record(bodies[name])
			b.SetBytes(int64(len(rec.Body)))
			b.ReportAllocs()
			for b.Loop() {
				Parse(rec)
			}
		})
	}
}
