package parser

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/beamlog/beamlog/parser/term"
)

// bareReason reads the reason of a banner that stands alone.
func bareReason(t *testing.T, text string) Reason {
	t.Helper()
	return read(t, text).Reason
}

// TestExitText has every form of Exception.format_exit/1, as Elixir 1.14 and
// 1.18 print it, and the term that it was printed from.
func TestExitText(t *testing.T) {
	tests := []struct{ text, term, typ string }{
		{"normal", ":normal", "normal"},
		{"shutdown", ":shutdown", "shutdown"},
		{"killed", ":killed", "killed"},
		{"time out", ":timeout", "timeout"},
		{"no connection", ":noconnection", "noconnection"},
		{"process attempted to call itself", ":calling_self", "calling_self"},
		{"no process: the process is not alive or there's no process currently associated with the given name, possibly because its application isn't started", ":noproc", "noproc"},
		{"no process", ":noproc", "noproc"},
		{"no connection to n@nohost", `{:nodedown, :n@nohost}`, "nodedown"},
		{"already started: #PID<0.94.0>", "{:already_started, #PID<0.94.0>}", "already_started"},
		{"bad return value: 42", "{:bad_return_value, 42}", "bad_return_value"},
		{"bad call: :x", "{:bad_call, :x}", "bad_call"},
		{"bad cast: {:a, \"b)\"}", `{:bad_cast, {:a, "b)"}}`, "bad_cast"},
		{"shutdown: :x", "{:shutdown, :x}", "shutdown"},
		{"Mod.init/1 returned a bad value: :x", "{:bad_return, {Mod, :init, :x}}", "bad_return"},
		{"bad child specification, invalid shutdown: :x. Must be an integer >= 0, :infinity or :brutal_kill.", "{:start_spec, {:invalid_shutdown, :x}}", "start_spec"},
		{"bad child specification, invalid child specification: :x", "{:start_spec, {:invalid_child_spec, :x}}", "start_spec"},
		{"bad child specification, invalid child type: :x. Must be :worker or :supervisor.", "{:start_spec, {:invalid_child_type, :x}}", "start_spec"},
		{"bad child specification, invalid mfa: {1, 2}", "{:start_spec, {:invalid_mfa, {1, 2}}}", "start_spec"},
		{"bad child specification, invalid modules: :x. Must be a list of atoms or :dynamic.", "{:start_spec, {:invalid_modules, :x}}", "start_spec"},
		{"bad child specification, got: :x", "{:start_spec, :x}", "start_spec"},
		{"bad child specification, invalid children: :x", "{:bad_start_spec, :x}", "bad_start_spec"},
		{"bad supervisor configuration, invalid max_restarts (intensity): :x", "{:supervisor_data, {:invalid_intensity, :x}}", "supervisor_data"},
		{"bad supervisor configuration, invalid strategy: :x", "{:supervisor_data, {:invalid_strategy, :x}}", "supervisor_data"},
		{"{:db_down, %{host: \"x\"}}", `{:db_down, %{host: "x"}}`, "db_down"},
		{"\"free text\"", `"free text"`, ""},
		{"exited in: GenServer.call(:a, {:update, %{a: \"x), y(\"}}, 5000)\n    ** (EXIT) normal",
			`{:normal, {GenServer, :call, [:a, {:update, %{a: "x), y("}}, 5000]}}`, "normal"},
		{"exited in: :gen_server.call(:a, :b)\n    ** (EXIT) shutdown: failed to start child: {:c, 1}\n        ** (EXIT) killed",
			"{{:shutdown, {:failed_to_start_child, {:c, 1}, :killed}}, {:gen_server, :call, [:a, :b]}}", "killed"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			r := bareReason(t, "** (exit) "+tt.text)
			if want := elixir(t, tt.term); !term.Equal(r.Term, want) {
				t.Errorf("term %s, want %s", r.Term.Elixir(), tt.term)
			}
			if r.Type != tt.typ || r.Class != "exit" {
				t.Errorf("type %q, class %q", r.Type, r.Class)
			}
			if r.Text != tt.text {
				t.Errorf("text %q", r.Text)
			}
		})
	}
}

// TestPrettyAndRaw holds the pretty text of a reason and its raw term to the
// same reading.
func TestPrettyAndRaw(t *testing.T) {
	tests := []struct{ name, pretty, raw string }{
		{"call", "** (exit) exited in: GenServer.call(MyApp.Db, :get, 5000)\n    ** (EXIT) time out\n    lib/x.ex:1: MyApp.X.f/0",
			"{{:timeout, {GenServer, :call, [MyApp.Db, :get, 5000]}}, [{MyApp.X, :f, 0, [file: 'lib/x.ex', line: 1]}]}"},
		{"chain of three", "** (exit) exited in: GenServer.call(A, 1, 5000)\n    ** (EXIT) exited in: GenServer.call(B, 2, 5000)\n        ** (EXIT) time out",
			"{{:timeout, {GenServer, :call, [B, 2, 5000]}}, {GenServer, :call, [A, 1, 5000]}}"},
		{"an exception in a callee, two stacks",
			"** (exit) exited in: GenServer.call(A, 1, 5000)\n    ** (EXIT) an exception was raised:\n        ** (RuntimeError) x\n            lib/a.ex:1: A.f/0\n    lib/x.ex:1: MyApp.X.f/0",
			"{{{%RuntimeError{message: \"x\"}, [{A, :f, 0, [file: 'lib/a.ex', line: 1]}]}, {GenServer, :call, [A, 1, 5000]}}, [{MyApp.X, :f, 0, [file: 'lib/x.ex', line: 1]}]}"},
		{"a path in the tree", "** (exit) shutdown: failed to start child: A\n    ** (EXIT) shutdown: failed to start child: :b\n        ** (EXIT) :eaddrinuse",
			"{:shutdown, {:failed_to_start_child, A, {:shutdown, {:failed_to_start_child, :b, :eaddrinuse}}}}"},
		{"the 'EXIT' of a child", "** (exit) shutdown: failed to start child: A\n    ** (EXIT) an exception was raised:\n        ** (RuntimeError) x\n            lib/a.ex:1: A.f/0",
			"{:shutdown, {:failed_to_start_child, A, {:EXIT, {%RuntimeError{message: \"x\"}, [{A, :f, 0, [file: 'lib/a.ex', line: 1]}]}}}}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pretty, raw := bareReason(t, tt.pretty), Normalize(elixir(t, tt.raw))
			opts := append(compare, cmpopts.IgnoreFields(Reason{}, "Text", "Class", "Term"),
				cmpopts.IgnoreFields(Link{}, "Envelope"),
				cmpopts.IgnoreFields(Frame{}, "Text"))
			if diff := cmp.Diff(pretty, raw, opts...); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNormalizeEnvelopes(t *testing.T) {
	tests := []struct{ raw, cause, via, typ string }{
		{"{:badmatch, 1}", "{:badmatch, 1}", "", "badmatch"},
		{"{{:badmatch, 1}, [{:m, :f, 1, []}]}", "{:badmatch, 1}", "", "badmatch"},
		{"{{{:undef, [{:m, :f, 1, []}]}, {:gen_server, :call, [:a, :b]}}, []}", ":undef", "call", "undef"},
		{"{:EXIT, #PID<0.1.0>, :boom}", ":boom", "link", "boom"},
		{"{:DOWN, #Reference<0.1.2.3>, :process, #PID<0.1.0>, :boom}", ":boom", "monitor", "boom"},
		{"{:EXIT, :boom}", ":boom", "caught", "boom"},
		{"{:boom, {:child, :undefined, :w, {M, :f, []}, :permanent, false, 5000, :worker, [M]}}", ":boom", "failed_to_start_child", "boom"},
		{"{:shutdown, :x}", "{:shutdown, :x}", "", "shutdown"},
		{"{:bad_return, {{M, :start, [:normal, []]}, {:EXIT, :x}}}", ":x", "bad_return", "x"},
		{"{:bad_return, {{M, :start, [:normal, []]}, :x}}", "{:bad_return, {{M, :start, [:normal, []]}, :x}}", "", "bad_return"},
		{"{:x, {M, :start, [:normal, []]}}", ":x", "start", "x"},
		{"%Plug.Conn.WrapperError{conn: nil, kind: :error, reason: %RuntimeError{message: \"x\"}, stack: [{:m, :f, 1, []}]}", `%RuntimeError{message: "x"}`, "exception", "RuntimeError"},
		{"{:nocatch, :ball}", "{:nocatch, :ball}", "", "nocatch"},
		{"%{a: 1}", "%{a: 1}", "", ""},
	}
	for _, tt := range tests {
		r := Normalize(elixir(t, tt.raw))
		via := ""
		if len(r.Chain) > 0 {
			via = string(r.Chain[0].Via)
		}
		if !term.Equal(r.Cause, elixir(t, tt.cause)) || via != tt.via || r.Type != tt.typ || len(r.Chain) > 1 {
			t.Errorf("%s: cause %s, via %q, type %q", tt.raw, r.Cause.Elixir(), via, r.Type)
		}
	}
}

func TestChainTargets(t *testing.T) {
	tests := []struct{ raw, target string }{
		{"{:x, {GenServer, :call, [MyApp.Db, :get, 5000]}}", "MyApp.Db"},
		{"{:x, {:gen_server, :call, [#PID<0.1.0>, :get]}}", "#PID<0.1.0>"},
		{"{:x, {GenServer, :call, [{:srv, :a@b}, :get, 5000]}}", ":srv"},
		{"{:x, {GenServer, :call, [{:via, Registry, {R, 1}}, :get, 5000]}}", "{:via, Registry, {R, 1}}"},
		{"{:x, {Task, :await, [%Task{owner: #PID<0.1.0>, pid: #PID<0.2.0>}, 5000]}}", "#PID<0.2.0>"},
		{"{:x, {Task.Supervised, :stream, [5000]}}", ""},
		{"{:x, {M, :start, [:normal, []]}}", ""},
	}
	for _, tt := range tests {
		if r := Normalize(elixir(t, tt.raw)); len(r.Chain) != 1 || r.Chain[0].Target != tt.target {
			t.Errorf("%s: %+v, want target %q", tt.raw, r.Chain, tt.target)
		}
	}
}

func TestExceptions(t *testing.T) {
	tests := []struct{ banner, want string }{
		{"(KeyError) key :x not found in: %{}", "%KeyError{key: :x, term: %{}}"},
		{"(KeyError) key :usrname not found in: %{username: 1}. Did you mean:\n\n      * :username\n", "%KeyError{key: :usrname, term: %{username: 1}}"},
		{"(KeyError) key :foo not found in: nil\n\nIf you are using the dot syntax, such as map.field, make sure the left-hand side of the dot is a map", "%KeyError{key: :foo, term: nil}"},
		{"(KeyError) key 1 not found", "%KeyError{key: 1, ...}"},
		{"(MatchError) no match of right hand side value:\n\n    {:error, :timeout}\n", "%MatchError{term: {:error, :timeout}}"},
		{"(WithClauseError) no with clause matching: nil", "%WithClauseError{term: nil}"},
		{"(CondClauseError) no cond clause evaluated to a truthy value", "%CondClauseError{}"},
		{"(FunctionClauseError) no function clause matching in Bl.f/2\n\nThe following arguments were given to Bl.f/2:\n\n    # 1\n    MapSet.new([1])\n\n    # 2\n    3\n", "%FunctionClauseError{module: Bl, function: :f, arity: 2}"},
		{"(FunctionClauseError) no function clause matching in anonymous fn/1 in Bl.f/2", "%FunctionClauseError{module: Bl, function: :f, arity: 2}"},
		{"(UndefinedFunctionError) function :foo_mod.bar/0 is undefined (module :foo_mod is not available)", "%UndefinedFunctionError{module: :foo_mod, function: :bar, arity: 0}"},
		{"(UndefinedFunctionError) function nil.foo/0 is undefined", "%UndefinedFunctionError{module: nil, function: :foo, arity: 0}"},
		{"(BadMapError) expected a map, got: []", "%BadMapError{term: []}"},
		{"(BadBooleanError) expected a boolean on left-side of \"and\", got: nil", "%BadBooleanError{operator: :and, term: nil}"},
		{"(BadArityError) #Function<13.51064147 in file:blame.exs> with arity 1 called with 2 arguments (1, 2)", "%BadArityError{function: #Function<13.51064147 in file:blame.exs>, args: [1, 2]}"},
		{"(ErlangError) Erlang error: {:my, \"reason\"}", `%ErlangError{original: {:my, "reason"}}`},
		{"(Protocol.UndefinedError) protocol Enumerable not implemented for 5 of type Integer", "%Protocol.UndefinedError{protocol: Enumerable, value: 5}"},
		{"(Protocol.UndefinedError) protocol Enumerable not implemented for type Integer\n\nGot value:\n\n    5\n", "%Protocol.UndefinedError{protocol: Enumerable, value: 5}"},
		{"(Protocol.UndefinedError) protocol Enumerable not implemented for Integer. This protocol is implemented for: A, B\n\nGot value:\n\n    5\n", "%Protocol.UndefinedError{protocol: Enumerable, value: 5}"},
		{"(MyApp.Error) sold out", `%MyApp.Error{message: "sold out", ...}`},
		{"(:my_error) x", `%{__struct__: :my_error, message: "x", ...}`},
	}
	for _, tt := range tests {
		t.Run(tt.banner, func(t *testing.T) {
			r := bareReason(t, "** "+tt.banner+"\n    lib/x.ex:1: M.f/0")
			if r.Term.Elixir() != tt.want {
				t.Errorf("term %s, want %s", r.Term.Elixir(), tt.want)
			}
			if r.Class != "error" || len(r.Stack) != 1 {
				t.Errorf("class %q, %d frames", r.Class, len(r.Stack))
			}
		})
	}
}
