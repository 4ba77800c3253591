package ingest

// literals are the texts of which every record of interest holds at least one:
// headers and banners of reports, lines of a VM that stops, and the few context
// lines that incidents want to know of. Each is at least [gramWindow] bytes
// long, but for the banner's "** (", which is searched on its own; none holds a
// quote, a backslash or a newline, so that they also stand in JSON strings.
// A literal that contains another one need not be listed.
var literals = [...]string{
	banner,

	// Elixir's Logger, and OTP's reports as it prints them.
	" terminating",
	" raised an exception",
	" of Supervisor ",
	" terminated",
	" exited: ",
	" exited with reason: ",
	" trapped exit from ",
	"received unexpected message",
	"an exception was raised:",
	"exited in: ",
	"Unhandled exception ",
	"bad return value from Logger",
	"Failure while translating Erlang",

	// OTP.
	" REPORT====",
	"crasher:",
	"CRASH REPORT",
	"SUPERVISOR REPORT",
	"Generic server ",
	"State machine ",
	"gen_event handler",
	"Generic event handler ",
	"Error in process ",
	"errorContext:",
	"Supervisor: ",
	" had child ",
	". Exited: ",
	"exception error: ",
	"exception exit: ",
	"exception throw: ",
	"reached_max_restart_intensity",
	"Unhandled message: ",
	"attempted to c",
	"exit with reason ",
	"exit value:",

	// A VM that does not come up, or goes down.
	"ERROR! Config provider",
	"Slogan: ",
	"erl_crash_dump",
	"Crash dump is being written",
	"escript: exception",
	"escript: Failed to load ",
	": Cannot allocate ",
	": Cannot reallocate ",
	"no more index entries in ",
	"SIGTERM received",
	"Received SIGUSR1",
	"Erlang has closed",
	"Segmentation fault",

	// Web servers, databases, jobs.
	" already in use",
	"Cowboy returned ",
	" failed because no session",
	"job:exception",
	"Ranch listener ",
	" disconnected: ",
	" failed to connect: ",
	"Webmachine error at ",
	"connection not available and ",
	"is stopping after receiving cancel",
	"cannot dispatch events",
	" timed out because ",

	// Restarts as guides write them, and what says that the log has holes.
	" restart 1/", " restart 2/", " restart 3/",
	"Logger dropped ",
	" messages in the last second that exceeded",
	" to :drop mode",
	" to drop mode",
	"rejected. Invalid challenge reply",
	"FORMAT ERROR: ",
	"REPORT_CB/2 CRASH",
}

// banner opens the reason block of every report in Elixir's spelling.
const banner = "** ("
