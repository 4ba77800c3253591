package classify

// Rule is one known failure pattern. The source of the built-in ones is
// classify/rules/*.yaml; go generate compiles them into rules_gen.go, so that
// starting up costs nothing.
type Rule struct {
	ID           string
	Since        string
	Parent       string // "" for none; the topmost parent is the family
	Title        string
	Group        string // code, contract, comm, sup, res, net, dist, boot, web, data, jobs, multi
	Generic      bool   // tried last
	Severity     Severity
	Nature       Nature
	Blame        string
	Summary      string
	Causes       []string
	Checks       []string
	Fixes        []string
	Principle    string
	Docs         []string
	Match        []Match
	FalseFriends []FalseFriend
	File         string // where a rule of a project's own was read; "" of the built-in ones
	parent       *Rule  // of a set with rules of a project's own, see [Family]; nil: the built-in rule

	Computed bool // found by classify/incident among several findings; no match of one report names it
}

// FalseFriend is something that is written or said of the BEAM and is not so.
type FalseFriend struct {
	Says  string // what is written or said, in Markdown: "`{:bad_match, value}`"
	Atom  string // the reason, or its tag, that no runtime writes; "" where it is a misreading
	Truth string // what is so
}

// Match is one way in which a rule fits; all the fields that are set must fit.
type Match struct {
	Reason      string // term pattern over a level of the reason, with its direct envelope
	Exception   string // exception module, or several with "|" between; "*" is any
	Text        string // regular expression over the exception's message, else the reason's text; named groups bind
	Frame       string // regular expression over the MFA of the level's first frame, "Mod.fun/1"
	Kind        []string
	Context     []string
	LastMessage string // term pattern
	InitialCall string // regular expression
	Class       string
	Weak        bool

	Frames    string   // regular expression over the MFAs of the level's frames, one a line, first frame first
	ChildType []string // supervisor reports: type of the child
	NoReason  bool     // the report gives no reason that can be read
	Wraps     bool     // Reason is of an envelope, whatever is in it: a rule that names what is inside is closer

	Aside bool // only ever an alternative: the kind of report says the same, and a generic rule says more of the reason

	LastText string   // regular expression over the last message as it was printed
	Shape    []string // of the report: what was read, as "otp_ranch"
	Name     string   // regular expression over the name of the process

	heads []string // keys of the index; nil: nobody has looked yet

	texts, frameTexts, framesTexts []string // of which what Text, Frame and Frames fit holds one; none: it may hold anything
}
