package parser

import "testing"

func TestParseFrame(t *testing.T) {
	tests := []struct {
		line, mfa, app, version, file string
		lineNo                        int
	}{
		{"    (my_app 0.1.0) lib/my_app/cart.ex:12: MyApp.Cart.add/2", "MyApp.Cart.add/2", "my_app", "0.1.0", "lib/my_app/cart.ex", 12},
		{"    (stdlib) gen_server.erl:1149: :gen_server.try_handle_call/4", "gen_server:try_handle_call/4", "stdlib", "", "gen_server.erl", 1149},
		{"    lib/x.ex:3:7: anonymous fn/1 in MyApp.X.run/0", "MyApp.X.run/0", "", "", "lib/x.ex", 3},
		{"    (elixir 1.18.4) lib/enum.ex:2546: Enum.\"-reduce/3-lists^foldl/2-0-\"/3", "Enum.reduce/3", "elixir", "1.18.4", "lib/enum.ex", 2546},
		{"    MyApp.X.\"-run/0-fun-3-\"/1", "MyApp.X.run/0", "", "", "", 0},
		{"    :erlang.binary_to_integer(\"zz\")", "erlang:binary_to_integer/1", "", "", "", 0},
		{"    :erlang./(1, 0)", "erlang:'/'/2", "", "", "", 0},
		{"    :erlang.+(1, :x)", "erlang:'+'/2", "", "", "", 0},
		{"    MyApp.Missing.run(%{a: \"x), (\"})", "MyApp.Missing.run/1", "", "", "", 0},
		{"    nil.foo/0", "nil.foo/0", "", "", "", 0},
		{"    x.exs:3: (file)", "(file)", "", "", "x.exs", 3},
		{"    nofile:1: (file)", "(file)", "", "", "nofile", 1},
		{"    lib/x.ex:1: MyApp.X (module)", "MyApp.X.(module)/?", "", "", "lib/x.ex", 1},
		{"    (my_app 0.1.0) MyApp.Y.f(1, [2, 3])", "MyApp.Y.f/2", "my_app", "0.1.0", "", 0},
		{"    :elixir_compiler_0.__FILE__/1", "elixir_compiler_0:__FILE__/1", "", "", "", 0},
		{"    lib/x.ex:1: MyApp.Ünï.ärgs/0", "MyApp.Ünï.ärgs/0", "", "", "lib/x.ex", 1},
		{"    (a_b 1.0.0-rc.1) lib/a b.ex:4: A.unquote(:\"a b\")(1)", "A.\"a b\"/1", "a_b", "1.0.0-rc.1", "lib/a b.ex", 4},
		{"    lib/a.html.eex:3: A.PageView.\"index.html\"/1", "A.PageView.\"index.html\"/1", "", "", "lib/a.html.eex", 3},
		{"    lib/a.ex:3: A.\"MACRO-x\"/2", "A.\"MACRO-x\"/2", "", "", "lib/a.ex", 3},
		{"    lib/a.ex:3: A.<~>/2", "A.<~>/2", "", "", "lib/a.ex", 3},
		{"    lib/a.ex:3: A.valid?/1", "A.valid?/1", "", "", "lib/a.ex", 3},
		{"    Task.Supervised.start_link/?", "Task.Supervised.start_link/?", "", "", "", 0},
	}
	for _, tt := range tests {
		f, ok := parseFrame(tt.line)
		if !ok {
			t.Errorf("%s: no frame", tt.line)
			continue
		}
		if f.MFA() != tt.mfa || f.App != tt.app || f.Version != tt.version || f.File != tt.file || f.Line != tt.lineNo {
			t.Errorf("%s: %s %+v", tt.line, f.MFA(), f)
		}
	}
}

func TestParseFrameRefuses(t *testing.T) {
	for _, line := range []string{
		"", "    table: users", "    constraint: items_sku_key", "    query: SELECT price FROM discounts WHERE id = 1",
		"    Args: [\"zz\"]", "    {:error, :timeout}", "    %{a: f(1)}", "    # 1", "    ...", "    (4 clauses not shown)",
		"    def first(-[]-, default)", "    HTTP/1.1 503", "    [error] overloaded", "    │", "    error: syntax error: expression is incomplete",
		"    └─ nofile:1:3", "    children = [", "    hint: See server log for query details.", "  * 1st argument: not a table",
		"    Supervisor.child_spec({MyWorker, arg}, id: :my_worker_1),", "    nil", "    :ok", "    5", "    \"a/1\"", "    code: assert f(1)",
	} {
		if f, ok := parseFrame(line); ok {
			t.Errorf("%q is a frame: %+v", line, f)
		}
	}
}

func TestTopFrame(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"own function", "** (RuntimeError) x\n    (elixir 1.18.4) lib/enum.ex:1: Enum.map/2\n    (my_app 0.1.0) lib/a.ex:1: A.f/1", "A.f/1"},
		{"undefined function", "** (UndefinedFunctionError) function String.upcse/1 is undefined or private\n    (elixir 1.18.4) String.upcse(\"x\")\n    lib/a.ex:1: A.f/1", "String.upcse/1"},
		{"undefined import", "** (UndefinedFunctionError) function foo/1 is undefined (there is no such import)\n    lib/a.ex:1: A.f/1", "A.f/1"},
		{"undefined function without frames", "** (UndefinedFunctionError) function A.b/2 is undefined", "A.b/2"},
		{"function clause in Elixir", "** (FunctionClauseError) no function clause matching in String.upcase/2\n    (elixir 1.18.4) lib/string.ex:1: String.upcase(nil, :default)\n    (plug 1.0.0) lib/plug.ex:1: Plug.f/1\n    (my_app 0.1.0) lib/a.ex:1: A.f/1", "A.f/1"},
		{"function clause of its own", "** (FunctionClauseError) no function clause matching in A.f/1\n    (my_app 0.1.0) lib/a.ex:1: A.f(1)\n    (my_app 0.1.0) lib/a.ex:9: A.g/1", "A.f/1"},
		{"only OTP", "** (exit) :x\n    (stdlib 4.2) gen_server.erl:1: :gen_server.loop/7", ""},
		{"a script", "** (exit) :x\n    t.exs:1: anonymous fn/0 in :elixir_compiler_0.__FILE__/1", "elixir_compiler_0:__FILE__/1"},
		{"a library", "** (Postgrex.Error) x\n    (ecto_sql 3.0.0) lib/x.ex:1: Ecto.Adapters.SQL.raise_sql_call_error/1\n    (my_app 0.1.0) lib/a.ex:1: A.f/1", "Ecto.Adapters.SQL.raise_sql_call_error/1"},
	}
	for _, tt := range tests {
		got := ""
		if f := read(t, tt.body).TopFrame(); f != nil {
			got = f.MFA()
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestFramesFromStack(t *testing.T) {
	stack := elixir(t, "[{:erlang, :hd, [[]], [error_info: %{module: :erl_erts_errors}]}, {MyApp.X, :\"-run/0-fun-0-\", 1, [file: 'lib/x.ex', line: 4]}, "+
		"{#Function<0.3316493/0 in MyApp.Y.go/2>, [1], []}, ...]")
	if !isStack(stack) {
		t.Fatal("no stack")
	}
	want := []string{"erlang:hd/1", "MyApp.X.run/0", "MyApp.Y.go/2"}
	got := framesFromStack(stack)
	if len(got) != len(want) {
		t.Fatalf("%d frames: %+v", len(got), got)
	}
	for i, f := range got {
		if f.MFA() != want[i] {
			t.Errorf("frame %d: %s, want %s", i, f.MFA(), want[i])
		}
	}
	if got[1].File != "lib/x.ex" || got[1].Line != 4 || !got[1].Anon {
		t.Errorf("%+v", got[1])
	}
	for _, s := range []string{"[]", "[1, 2]", "[{:a, 1}]", "[a: 1, b: 2]", "{:m, :f, 1, []}", "[{:m, :f, 1, []} | 2]"} {
		if isStack(elixir(t, s)) {
			t.Errorf("%s is a stack", s)
		}
	}
}

func TestKeys(t *testing.T) {
	for in, want := range map[string]string{"#PID<0.1.0>": "0.1.0", "<0.1.0>": "0.1.0", "<0.1.0": "", "MyApp": "", "#Port<0.1>": "", "<a.b.c>": ""} {
		if got := PidKey(in); got != want {
			t.Errorf("PidKey(%q) = %q, want %q", in, got, want)
		}
	}
	for _, same := range [][]string{
		{":srv", "srv", "'srv'", ":\"srv\"", "{:global, :srv}", "{local,srv}"},
		{"MyApp.X", "'Elixir.MyApp.X'", "Elixir.MyApp.X", "{:global, MyApp.X}"},
		{"{MyApp.R, \"a\"}", "{'Elixir.MyApp.R',<<\"a\">>}", "{:via, Registry, {MyApp.R, \"a\"}}"},
	} {
		for _, s := range same {
			if NameKey(s) != NameKey(same[0]) {
				t.Errorf("NameKey(%q) = %q, but NameKey(%q) = %q", s, NameKey(s), same[0], NameKey(same[0]))
			}
		}
	}
	if NameKey(":a") == NameKey(":b") {
		t.Error("two names have one key")
	}
}
