package term

import (
	"strings"
	"testing"
)

func TestShape(t *testing.T) {
	for _, tt := range []struct {
		in    string
		depth int
		want  string
	}{
		{"{:ok, %{id: 7}}", 2, "{ok,%{}}"},
		{"{already_started,<0.301.0>}", 2, "{already_started,PID}"},
		{"{:error, {:a, {:b, 1}}}", 2, "{error,{_,_}}"},
		{"{:error, {:a, {:b, 1}}}", 3, "{error,{a,{_,_}}}"},
		{":worker_17", 1, "worker_N"},
		{"MyApp.Producer_0", 1, "MyApp.Producer_N"},
		{"MyApp.V2.Cache", 1, "MyApp.V2.Cache"},
		{"[b: 1, a: 2]", 2, "[a: _,b: _]"},
		{"{:ok, [b: 1]}", 2, "{ok,[_]}"},
		{"{[], [1], [1, 2], nil}", 2, "{[],[_],[_|_],nil}"},
		{`{"a", 1, 1.5, 'abc'}`, 2, "{STR,N,N,abc}"},
		{`%MyApp.User{a: 1}`, 2, "%MyApp.User{}"},
		{"{#Reference<0.1.2.3>, #Port<0.5>, ~D[2026-01-01], #MyApp.Secret<x>, MapSet.new([1])}", 2, "{REF,PORT,TIME,OPAQUE(MyApp.Secret),OPAQUE(MapSet)}"},
		{"{&String.upcase/1, #Function<43.1/0 in :erl_eval.expr/6>}", 2, "{FUN(String.upcase/1),FUN(erl_eval)}"},
		{"{a, ...}", 2, "{a,_}"},
		{"{1}", 0, "_"},
	} {
		got, _, _ := Read(tt.in)
		if s := got.Shape(tt.depth); s != strings.ReplaceAll(tt.want, ",abc}", ",STR}") {
			t.Errorf("Shape(%s, %d) = %s, want %s", tt.in, tt.depth, s, tt.want)
		}
	}
	// Both spellings of a list that only one of them prints as characters.
	a, _ := ParseIn(`{:ok, ~c"\a\b"}`, Elixir)
	b, _ := ParseIn(`{ok,[7,8]}`, Erlang)
	c, _ := ParseIn(`{ok,"ab"}`, Erlang)
	d, _ := ParseIn(`{:ok, [97, 98]}`, Elixir)
	if a.Shape(2) != b.Shape(2) || c.Shape(2) != d.Shape(2) {
		t.Errorf("%s %s, %s %s", a.Shape(2), b.Shape(2), c.Shape(2), d.Shape(2))
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"client #PID<0.1.0> or <0.1.0> exited":                         "client PID or PID exited",
		"\x1b[31mred\x1b[0m":                                           "red",
		"#Reference<0.1.2.3> #Ref<0.1.2> #Port<0.5>":                   "REF REF PORT",
		"#Function<43.3316493/0 in :erl_eval.expr/6>":                  "FUN(:erl_eval.expr/6)",
		"#Fun<erl_eval.43.3316493>":                                    "FUN(erl_eval)",
		"#Ecto.Changeset<action: nil>":                                 "OPAQUE(Ecto.Changeset)",
		"at 2026-03-20T14:32:15.123+01:00, 14:32:15 and 21-Nov-2026":   "at TIME, TIME and TIME",
		"{{2026,11,21},{4,5,6}} {{1,2},3}":                             "TIME {{N,N},N}",
		"id 550e8400-e29b-41d4-a716-446655440000":                      "id UUID",
		"bob@example.com 10.0.0.1:5432 [::1]:80 app@host app@10.0.0.1": "ADDR ADDR ADDR NODE NODE",
		"GET /users?id=7&x=2 and https://a.b/c?q=1":                    "GET /users?ADDR and https://a.b/c?ADDR",
		"sha deadbeef01 0xff 123456789":                                "sha HEX HEX N",
		`key "users:42" not in <<"x">> <<1,2>>`:                        "key STR not in STR STR",
		"dropped from queue after 2003ms, 1.5s":                        "dropped from queue after DUR, DUR",
		"worker_17 Producer_0 MyApp.V2.Cache MyApp.Worker3":            "worker_N Producer_N MyApp.V2.Cache MyApp.WorkerN",
		"MyApp.Calc.ratio/2 and :erlang.+/2 a/17/b":                    "MyApp.Calc.ratio/2 and :erlang.+/2 a/N/b",
		"ERROR 23505 (unique_violation) (1062) (ER_DUP_ENTRY)":         "ERROR 23505 (unique_violation) (1062) (ER_DUP_ENTRY)",
		"404, \"NOT_FOUND - no queue\" 404 found":                      "404, STR N found",
		"bad argument: -5, 1.0e-10, +1":                                "bad argument: N, N, +N",
		"é 1":                                                          "é N",
		`unclosed " 12`:                                                `unclosed " N`,
	} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%q)\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestShrink(t *testing.T) {
	big := "%{items: [" + strings.Repeat("%MyApp.Item{id: 12345, name: \"a name\"}, ", 500) + "nil], body: \"" + strings.Repeat("é", 5000) +
		"\", nested: %{a: %{b: %{c: %{d: [1, 2, 3, {:x, \"" + strings.Repeat("y", 500) + "\"}]}}}}, pid: #PID<0.1.0>}"
	whole, err := Parse(big)
	if err != nil {
		t.Fatal(err)
	}
	for _, budget := range []int{100, 300, 1000, 4000} {
		got := Shrink(whole, budget)
		text := got.Elixir()
		again, err := Parse(text)
		if err != nil || !Equal(got, again) {
			t.Errorf("budget %d: %v: %s", budget, err, text)
		}
		if len(text) > 2*budget+250 {
			t.Errorf("budget %d: %d bytes: %s", budget, len(text), text)
		}
		if !strings.Contains(text, "#Cut<") {
			t.Errorf("budget %d: nothing says what was cut: %s", budget, text)
		}
		for _, key := range []string{"items", "body", "nested", "pid"} {
			if _, ok := got.Get(key); !ok {
				t.Errorf("budget %d: key %s is gone", budget, key)
			}
		}
	}
	small, _ := Parse("{:ok, [1, 2, 3]}")
	if got := Shrink(small, 1000); !Equal(got, small) {
		t.Errorf("a small term became %s", got)
	}
}

// A wide term costs what is kept of it, in whatever way it is cut at last.
func TestShrinkWideTerm(t *testing.T) {
	wide := Term{Kind: Tuple}
	for range 200 {
		item, _ := Parse(`%{id: 12345, name: "u1029", tags: [:new, :sale], meta: %{"k" => nil}}`)
		wide.Args = append(wide.Args, item)
	}
	if allocs := testing.AllocsPerRun(10, func() { Shrink(wide, 240) }); allocs > 1200 {
		t.Errorf("%v allocations", allocs)
	}
}
