package ingest

// Limits that bound the memory whatever the input holds. They are part of what
// Records gives, so they do not depend on how the input arrives.
const (
	lookBack  = 128 << 10 // how far before a literal the head of its record is looked for
	lookRate  = 32        // bytes of looking back that each new byte allows: among n streams a head is n times as far
	maxLine   = 512 << 10 // longer lines are cut here as they arrive
	maxWhole  = 512 << 10 // a record over this keeps the first keepLine bytes of each line
	keepLine  = 64 << 10
	maxRecord = 2 << 20  // a record over this is given as it is, and cut
	maxOpen   = 256      // streams with an open record
	idleBytes = 1 << 20  // a record whose stream is silent for so long is closed
	holdBytes = 16 << 10 // how long records wait for an older one where streams mix
	maxParts  = 16       // streams of which pieces of a line are kept
	maxHeld   = 8 << 20  // bytes of records that are open, or wait for older ones
	groupGap  = 32       // lines of others between two of an entry that repeats its prefix
	lenientTo = 64 << 10

	unfoldFrom = 1 << 10 // from so much of an input it is known whether it is JSON to be unfolded
)

// Options change how Records reads. The zero value is what most inputs need.
type Options struct {
	// Lenient reads pasted text leniently. It is on by itself for inputs of at
	// most 64 KiB without a logger prefix.
	Lenient bool

	// LoggerFormat is the pattern of Elixir's console formatter, for logs whose
	// prefix is not recognised by itself: "$date|$time|$metadata[$level] $message".
	LoggerFormat string

	// InputFormat says what the input is: the name of one of [InputFormats], or of
	// several, joined by commas: the transports, the outermost first, and the logger.
	// "" is [FormatAuto].
	InputFormat string

	// Ahead has the input be read beside the scan, in a goroutine of its own.
	Ahead bool

	// Pause, if not nil, is for an input that goes on for ever. It is called when
	// nothing has come for a moment, after the records that were open have been
	// given, and now and then while much comes. Where it is false the reading ends.
	// It needs Ahead.
	Pause func() bool

	// Stats, if not nil, is kept up to date while records are read.
	Stats *Stats
}

// Stats counts what was read.
type Stats struct {
	Bytes   int64 // of the (decompressed) input
	Lines   int64
	Records int64 // given to the caller
	Dropped int64 // bytes of over-long lines and records that were not kept
}
