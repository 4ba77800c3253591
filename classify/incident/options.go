package incident

// Options holds the limits of a [Tracker]. The zero value is the default of each.
type Options struct {
	Window    int64 // an incident is open for so many milliseconds of log time after its last report; 5000
	MaxHeld   int   // findings held back at most; 10000
	MaxBytes  int   // bytes of log text that held findings may keep alive; 4 MiB
	MaxKept   int   // findings kept in an incident; 50
	MaxGroups int   // groups told apart; 1000

	Expected bool // incidents of which no finding is to count make groups all the same
}

func (o Options) withDefaults() Options {
	if o.Window <= 0 {
		o.Window = 5000
	}
	if o.MaxHeld <= 0 {
		o.MaxHeld = 10000
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 4 << 20
	}
	if o.MaxKept <= 1 {
		o.MaxKept = 50
	}
	if o.MaxGroups <= 0 {
		o.MaxGroups = 1000
	}
	return o
}

// Limits that nobody needs to set.
const (
	maxOpen        = 1000    // incidents open at a time
	maxDeaths      = 200     // deaths that an incident can be joined by
	maxGrace       = 60_000  // the longest call time-out that keeps an incident open, in milliseconds
	untimedWindow  = 50      // findings after which an incident closes where nothing tells the time
	untimedLines   = 2000    // and lines
	maxReasonPids  = 8       // pids in the text of a reason that are looked up
	maxKeptBytes   = 4 << 20 // bytes of log text that the findings kept in open incidents may keep alive
	maxSampleBytes = 4 << 20 // and those kept in the samples of groups
)
