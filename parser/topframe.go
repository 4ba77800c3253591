package parser

import "strings"

// TopFrame gives the frame to look at first: the first printed one outside OTP,
// Elixir and Logger. For an undefined function it is that function itself; for a
// function clause that failed inside a library it is the first own frame below.
// It is nil if there is none.
func (r *Report) TopFrame() *Frame {
	stack := r.Reason.Stack
	switch r.Reason.Type {
	case "undef", "UndefinedFunctionError":
		if f := r.undefined(); f != nil {
			return f
		}
	case "function_clause", "FunctionClauseError":
		if len(stack) > 0 && IsLibraryFrame(stack[0]) {
			for i := range stack {
				if OwnFrame(stack[i]) {
					return &stack[i]
				}
			}
		}
	}
	for i := range stack {
		if !IsLibraryFrame(stack[i]) {
			return &stack[i]
		}
	}
	return nil
}

// undefined gives the frame of the undefined function: the first one printed, or
// else what the exception tells. It is nil where neither does: a local function
// has no module, and its caller is the first frame.
func (r *Report) undefined() *Frame {
	m, _ := r.Reason.Cause.Get("module")
	f, _ := r.Reason.Cause.Get("function")
	known := m.Text != "" && f.Text != ""
	if len(r.Reason.Stack) > 0 {
		first := r.Reason.Stack[0]
		if !known && r.Reason.Type == "undef" || known && first.Module == m.Text && first.Function == f.Text {
			first.File, first.Line = "", 0
			return &first
		}
	}
	if !known {
		return nil
	}
	frame := &Frame{Module: m.Text, Function: f.Text, Arity: -1}
	if n, ok := r.Reason.Cause.Get("arity"); ok {
		setArity(frame, n)
	}
	return frame
}

// IsLibraryFrame says whether a frame belongs to OTP, Elixir or Logger.
func IsLibraryFrame(f Frame) bool {
	if f.App != "" {
		return isRuntimeApp(f.App)
	}
	if name, ok := strings.CutPrefix(f.Module, "Elixir."); ok {
		root, _, _ := strings.Cut(name, ".")
		return isElixirModule(root)
	}
	return isOTPModule(f.Module)
}

// OwnFrame says whether a frame belongs neither to OTP or Elixir nor to a
// library that many applications use.
func OwnFrame(f Frame) bool {
	if IsLibraryFrame(f) {
		return false
	}
	if f.App != "" {
		return !isLibraryApp(f.App)
	}
	if strings.HasPrefix(f.File, "deps/") || strings.Contains(f.File, "/deps/") {
		return false
	}
	if name, ok := strings.CutPrefix(f.Module, "Elixir."); ok {
		root, _, _ := strings.Cut(name, ".")
		return !isLibraryRoot(root)
	}
	return !isLibraryApp(f.Module) && !isErlangLibrary(f.Module)
}

// isRuntimeApp says whether an application belongs to OTP or Elixir.
func isRuntimeApp(app string) bool {
	switch app {
	case "kernel", "stdlib", "erts", "sasl", "compiler", "crypto", "ssl", "ssh", "inets", "mnesia",
		"public_key", "asn1", "os_mon", "runtime_tools", "tools", "observer", "syntax_tools", "parsetools",
		"xmerl", "eunit", "common_test", "debugger", "dialyzer", "diameter", "edoc", "eldap", "erl_docgen",
		"erl_interface", "et", "ftp", "tftp", "jinterface", "megaco", "odbc", "reltool", "snmp", "wx",
		"elixir", "logger", "iex", "mix", "ex_unit", "eex":
		return true
	}
	return false
}

// isElixirModule says whether the first part of an alias is a module of Elixir's
// own applications.
func isElixirModule(root string) bool {
	switch root {
	case "Access", "Agent", "Application", "ArgumentError", "Atom", "Base", "Behaviour", "Bitwise", "Calendar",
		"Code", "Collectable", "Config", "Date", "DateTime", "Dict", "Duration", "DynamicSupervisor", "EEx",
		"Enum", "Enumerable", "ErlangError", "Exception", "ExUnit", "File", "Float", "Function", "GenEvent",
		"GenServer", "HashDict", "HashSet", "IEx", "IO", "Inspect", "Integer", "JSON", "Kernel", "KeyError",
		"Keyword", "List", "Logger", "Macro", "Map", "MapSet", "Mix", "Module", "NaiveDateTime", "Node",
		"OptionParser", "PartitionSupervisor", "Path", "Port", "Process", "Protocol", "Range", "Record", "Regex",
		"Registry", "Set", "Stream", "String", "StringIO", "Supervisor", "System", "Task", "Time", "Tuple",
		"URI", "Version":
		return true
	}
	return false
}

// isOTPModule says whether an Erlang module belongs to OTP or to Elixir's
// compiler. Scripts run in modules named elixir_compiler_0 and so on: they are
// the user's.
func isOTPModule(m string) bool {
	switch m {
	case "erlang", "elixir", "elixir_compiler", "elixir_dispatch", "elixir_erl", "elixir_eval", "elixir_expand",
		"elixir_lexical", "elixir_module", "elixir_locals", "elixir_utils", "elixir_config", "elixir_map",
		"application", "application_controller", "application_master", "application_starter", "array", "atomics",
		"auth", "base64", "beam_lib", "binary", "c", "calendar", "code", "code_server", "counters", "crypto",
		"dets", "dict", "digraph", "disk_log", "edlin", "epp", "erl_anno", "erl_ddll", "erl_eval", "erl_lint",
		"erl_parse", "erl_scan", "erl_prim_loader", "erl_distribution", "erlang_internal", "erpc", "error_handler",
		"error_logger", "erts_internal", "erts_literal_area_collector", "escript", "ets", "eunit", "eunit_proc", "eunit_test", "file",
		"file_io_server", "file_server", "filelib", "filename", "ftp", "gb_sets", "gb_trees", "gen", "gen_event",
		"gen_fsm", "gen_sctp", "gen_server", "gen_statem", "gen_tcp", "gen_udp", "global", "global_group",
		"group", "heart", "httpc", "httpd", "inet", "inet_db", "inet_tcp", "inet_dist", "inet_tcp_dist", "init",
		"io", "io_lib", "io_lib_format", "io_lib_pretty", "json", "kernel", "lists", "logger", "logger_backend",
		"logger_formatter", "logger_h_common", "logger_olp", "logger_server", "logger_std_h", "maps", "math",
		"mnesia", "mnesia_controller", "mnesia_lib", "mnesia_tm", "ms_transform", "net_adm", "net_kernel", "orddict", "ordsets", "os",
		"otp_internal", "peer", "persistent_term", "pg", "pg2", "pool", "prim_file", "prim_inet", "prim_socket",
		"proc_lib", "proplists", "public_key", "qlc", "queue", "raft", "rand", "random", "re", "release_handler",
		"rpc", "seq_trace", "sets", "shell", "slave", "socket", "sofs", "ssh", "ssl", "ssl_gen_statem",
		"standard_error", "string", "supervisor", "supervisor_bridge", "sys", "systools", "timer", "tls_connection",
		"tls_dtls_connection", "tls_sender", "unicode", "uri_string", "user", "user_drv", "user_sup", "win32reg", "xmerl",
		"zip", "zlib", "test_server", "test_server_ctrl", "ct_run":
		return true
	}
	return false
}

// isLibraryApp says whether an application is a library that many use.
func isLibraryApp(app string) bool {
	for _, prefix := range [...]string{"plug", "phoenix", "ecto"} {
		if app == prefix || strings.HasPrefix(app, prefix+"_") {
			return true
		}
	}
	switch app {
	case "absinthe", "amqp", "amqp_client", "ash", "bamboo", "bandit", "benchee", "brod", "broadway", "cachex", "castore",
		"chumak", "con_cache", "connection", "cowboy", "cowlib", "credo", "db_connection", "decimal", "exqlite", "finch",
		"flow", "gen_stage", "gettext", "gproc", "gun", "hackney", "horde", "hpax", "httpoison", "jason",
		"jiffy", "jsx", "lager", "libcluster", "logger_json", "mint", "mochiweb", "myxql", "nimble_options",
		"nimble_pool", "oban", "opentelemetry", "poison", "poolboy", "postgrex", "quantum", "rabbit", "rabbit_common",
		"ranch", "recon", "redix", "req", "sentry", "swoosh", "syn", "tds", "telemetry", "telemetry_metrics",
		"telemetry_poller", "tesla", "thousand_island", "timex", "tzdata", "webrtc", "websock", "websock_adapter",
		"xandra", "yamerl", "mongodb_driver", "eredis", "epgsql", "worker_pool", "wolff", "kafka_ex", "bunny":
		return true
	}
	return false
}

// isErlangLibrary says whether an Erlang module is named after its library, as
// cowboy_req or ranch_server are.
func isErlangLibrary(m string) bool {
	app, _, _ := strings.Cut(m, "_")
	switch app {
	case "cowboy", "cow", "ranch", "hackney", "gun", "poolboy", "telemetry", "lager", "jsx", "jiffy", "gproc",
		"brod", "amqp", "rabbit", "recon", "eredis", "epgsql", "mochiweb", "syn", "wpool":
		return true
	}
	return false
}

// isLibraryRoot says whether the first part of an alias is a library's.
func isLibraryRoot(root string) bool {
	switch root {
	case "Absinthe", "Ash", "Bamboo", "Bandit", "Broadway", "Cachex", "ConCache", "Connection", "DBConnection",
		"Decimal", "Ecto", "Exqlite", "Finch", "Flow", "GenStage", "ConsumerSupervisor", "Gettext", "Horde", "HPAX",
		"HTTPoison", "Jason", "LoggerJSON", "Mint", "Mongo", "MyXQL", "NimbleOptions", "NimblePool", "Oban",
		"OpenTelemetry", "Phoenix", "Plug", "Poison", "Postgrex", "Quantum", "Redix", "Req", "Sentry", "Swoosh", "Tds",
		"Telemetry", "Tesla", "ThousandIsland", "Timex", "Tzdata", "WebSock", "WebSockAdapter", "Xandra", "Cluster":
		return true
	}
	return false
}
