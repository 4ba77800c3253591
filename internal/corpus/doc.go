// Package corpus holds beamlog's findings against what the runtime itself knew.
//
// The programs in testdata/programs crash in some two hundred ways. Beside the
// text that a logger prints of each report they write down the event's own
// terms; the tests of this package read the text as a user would have it read
// and compare: every report found, nothing invented, and process, reason,
// frame, line and pattern right.
package corpus
