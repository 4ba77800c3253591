package ingest

// literal is a text that opens a record of interest.
type literal struct {
	text string
	// window is the offset of the [gramWindow] bytes that the scan looks for: those
	// that occurred least often in sample logs.
	window uint8
}

// literals are the texts of which every record of interest holds at least one:
// headers and banners of reports, lines of a VM that stops, and the few context
// lines that incidents want to know of. Each is at least [gramWindow] bytes
// long, but for the banner's "** (", which is searched on its own; none holds a
// quote, a backslash or a newline, so that they also stand in JSON strings.
// A literal that contains another one need not be listed.
var literals = [...]literal{
	{banner, 0},

	// Elixir's Logger, and OTP's reports as it prints them.
	{" terminating", 4},
	{" raised an exception", 4},
	{" of Supervisor ", 0},
	{" terminated", 3},
	{" exited: ", 0},
	{" exited with reason: ", 7},
	{" trapped exit from ", 3},
	{"received unexpected message", 4},
	{"an exception was raised:", 12},
	{"exited in: ", 3},
	{"Unhandled exception ", 5},

	// OTP.
	{" REPORT====", 3},
	{"crasher:", 0},
	{"CRASH REPORT", 0},
	{"SUPERVISOR REPORT", 0},
	{"Generic server ", 2},
	{"State machine ", 5},
	{"gen_event handler", 1},
	{"Generic event handler ", 3},
	{"Error in process ", 3},
	{"errorContext:", 2},
	{"Supervisor: ", 4},
	{" had child ", 0},
	{". Exited: ", 0},
	{"exception error: ", 0},
	{"exception exit: ", 7},
	{"exception throw: ", 8},
	{"runtime error", 5}, // Gleam; an escape may stand before the colon
	{"reached_max_restart_intensity", 21},
	{"Unhandled message: ", 5},
	{"attempted to c", 1},
	{"exit with reason", 1},
	{"exit value:", 1},

	// A VM that does not come up, or goes down.
	{"ERROR! Config provider", 2},
	{"Slogan: ", 0},
	{"erl_crash_dump", 6},
	{"Crash dump is being written", 3},
	{"escript: exception", 3},
	{"escript: Failed to load ", 4},
	{": Cannot allocate ", 0},
	{": Cannot reallocate ", 0},
	{"no more index entries in ", 10},
	{"Erlang has closed", 4},
	{"Segmentation fault", 0},

	// Web servers, databases, jobs.
	{" already in use", 3},
	{"Cowboy returned ", 3},
	{" failed because no session", 5},
	{"job:exception", 0},
	{"Ranch listener ", 0},
	{" disconnected: ", 0},
	{"ailed to connect", 5},
	{"isconnected from Redis", 0},
	{"connection not available and ", 13},
	{"is stopping after receiving cancel", 19},
	{"cannot dispatch events", 1},
	{" timed out because ", 2},

	// What only a line of its own tells: limits, distribution, handlers.
	{"maximum heap size reached", 0},
	{" not responding **", 7},
	{"prevent overlapping partitions", 5},
	{"[libcluster:", 1},
	{"heart-beat time-out", 6},
	{"repairing ", 2},
	{"rescued_jobs", 0},
	{"jobs were orphaned because", 7},
	{"f memory: Kill", 1},
	{"]: segfault at ", 2},
	{".perform/1 to return", 4},
	{" long_gc ", 1},
	{":long_gc,", 1},
	{"long_schedule", 4},
	{"large_heap", 2},
	{"busy_port", 0},
	{"busy_dist_port", 3},
	{"in use by another Erlang node", 4},
	{"** Connection attempt ", 11},
	{"fully qualified hostnames", 5},
	{"inconsistent_database", 1},
	{" has a different value set for ", 13},
	{"Failed to load NIF library", 12},
	{"The on_load function for module", 2},
	{"Ranch acceptor reducing", 11},
	{"Unexpected error in accept: ", 0},
	{"Could not check ", 6},
	{"Reached max channels", 2},
	{"Ignoring unmatched topic", 6},
	{" has discarded ", 6},
	{"no certificate provided; see", 20},
	{"Could not start application ", 0},
	{"file descriptors exhausted", 16},
	{"long_message_queue", 0},
	{" overloaded and stopping", 0},
	{"removed_failing_handler", 2},
	{" with cowboy ", 1},

	// Failures of ExUnit without a banner.
	{"     stacktrace:", 8}, {"Assertion with ", 4}, {"Assertion failed", 4},

	// Restarts as guides write them, and what says that the log has holes.
	{" restart 1/", 3}, {" restart 2/", 3}, {" restart 3/", 3},
	{"Logger dropped ", 5},
	{"drop mode", 1},
	{"REPORT_CB/2 CRASH", 3},
}

// banner opens the reason block of every report in Elixir's spelling.
const banner = "** ("
