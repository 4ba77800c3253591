package classify

import (
	"slices"
	"strings"

	"github.com/beamlog/beamlog/parser"
)

// otpModules are modules of OTP that stand in stacks without the name of their
// application, sorted.
var otpModules = []string{
	"application", "application_controller", "application_master", "array", "base64", "beam_lib", "binary", "c", "calendar",
	"code", "code_server", "crypto", "dets", "dict", "digraph", "disk_log", "edlin", "epp", "erl_eval", "erl_internal",
	"erl_parse", "erl_scan", "erlang", "erpc", "error_handler", "error_logger", "ets", "eval_bits", "file",
	"file_io_server", "filelib", "filename", "gb_sets", "gb_trees", "gen", "gen_event", "gen_fsm", "gen_sctp", "gen_server",
	"gen_statem", "gen_tcp", "gen_udp", "global", "group", "httpc", "inet", "inet_db", "inet_parse", "inet_tcp", "init",
	"io", "io_lib", "io_lib_format", "io_lib_pretty", "jinterface", "json", "kernel", "lists", "logger", "logger_backend",
	"logger_formatter", "logger_h_common", "logger_server", "logger_std_h", "maps", "math", "mnesia", "mnesia_lib",
	"mnesia_tm", "net_adm", "net_kernel", "orddict", "ordsets", "os", "peer", "persistent_term", "pg", "pool", "prim_eval",
	"prim_file", "prim_inet", "proc_lib", "proplists", "public_key", "qlc", "queue", "rand", "random", "re", "rpc", "sets",
	"shell", "slave", "sofs", "ssl", "ssl_gen_statem", "string", "supervisor", "supervisor_bridge", "sys", "timer",
	"tls_connection", "tls_gen_connection", "unicode", "uri_string", "user", "win32reg", "zip", "zlib",
}

// elixirRoots are the first parts of the names of Elixir's own modules, sorted.
var elixirRoots = []string{
	"Access", "Agent", "Application", "ArgumentError", "Atom", "Base", "Behaviour", "Bitwise", "Calendar", "Code",
	"Collectable", "Config", "Date", "DateTime", "Dict", "Duration", "DynamicSupervisor", "EEx", "Elixir", "Enum",
	"Enumerable", "ExUnit", "Exception", "File", "Float", "Function", "GenEvent", "GenServer", "HashDict", "HashSet", "IEx",
	"IO", "Inspect", "Integer", "JSON", "Kernel", "Keyword", "List", "Logger", "Macro", "Map", "MapSet", "Mix", "Module",
	"NaiveDateTime", "Node", "OptionParser", "PartitionSupervisor", "Path", "Port", "Process", "Protocol", "Range",
	"Record", "Regex", "Registry", "Set", "Stream", "String", "StringIO", "Supervisor", "System", "Task", "Time", "Tuple",
	"URI", "Version",
}

// libraryRoots are the first parts of the names of well-known libraries'
// modules, sorted.
var libraryRoots = []string{
	"AMQP", "Absinthe", "Bamboo", "Bandit", "Broadway", "BroadwayKafka", "BroadwayRabbitMQ", "BroadwaySQS", "Cachex",
	"ConsumerSupervisor", "Cowboy", "DBConnection", "Decimal", "Ecto", "ErrorTracker", "ExAws", "Exqlite", "Finch", "Flow",
	"GRPC", "GenStage", "Gettext", "HPAX", "HTTPoison", "Hackney", "Horde", "Jason", "LoggerJSON", "Mint", "MyXQL",
	"NimbleOptions", "NimblePool", "Nx", "Oban", "OpenTelemetry", "Phoenix", "Plug", "Poison", "Postgrex", "Quantum",
	"Ranch", "Redix", "Req", "Sentry", "Swarm", "Swoosh", "Tds", "Telemetry", "Tesla", "ThousandIsland", "Timex", "Tzdata",
	"WebSock", "WebSockAdapter",
}

// libraryPrefixes begin the names of Erlang modules of Elixir and of well-known
// libraries.
var libraryPrefixes = []string{
	"amqp_", "brod", "cow_", "cowboy", "elixir", "eredis", "gun", "hackney", "jose", "jsx", "kpro_", "lager", "logger_",
	"mnesia_", "poolboy", "rabbit_", "ranch", "ssl_", "telemetry", "tls_", "wpool",
}

// libraryModule reports whether a module, by its atom's name, is of OTP, Elixir
// or a well-known library.
func libraryModule(mod string) bool {
	if name, ok := strings.CutPrefix(mod, "Elixir."); ok || isUpper(mod) {
		root, _, _ := strings.Cut(name, ".")
		_, elixir := slices.BinarySearch(elixirRoots, root)
		_, library := slices.BinarySearch(libraryRoots, root)
		return elixir || library
	}
	if _, ok := slices.BinarySearch(otpModules, mod); ok {
		return true
	}
	return slices.ContainsFunc(libraryPrefixes, func(p string) bool { return strings.HasPrefix(mod, p) })
}

// topFrame is the report's top frame, nil if it has none.
func topFrame(r *parser.Report) *parser.Frame {
	for i := range r.Reason.Stack {
		f := &r.Reason.Stack[i]
		if ownFrame(*f) {
			return f
		}
	}
	if len(r.Reason.Stack) > 0 {
		return &r.Reason.Stack[0]
	}
	return nil
}
