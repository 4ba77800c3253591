// Package term holds Erlang terms: the tree, a tolerant reader for both the
// Elixir and the Erlang spelling, printers for both, and patterns.
//
// A term is what an exit reason, a last message or a state is, whichever
// program printed it. Terms that differ only in spelling (":noproc" and
// "noproc", "MyApp.Cache" and "'Elixir.MyApp.Cache'", "#PID<0.1.0>" and
// "<0.1.0>") read as equal terms.
package term

// Kind says what a [Term] is.
type Kind uint8

// The kinds of terms. The comment says what Text and Args hold.
const (
	None      Kind = iota // the zero Term: there is no term
	Atom                  // Text: its name, unquoted; an alias MyApp.X has the name "Elixir.MyApp.X"
	Int                   // Text: decimal digits with an optional "-", of any size
	Float                 // Text: as Elixir prints it
	Binary                // Text: the bytes
	Bitstring             // Text: the bytes, the last one partial; Bits: how many low bits of it count (1 to 7)
	Charlist              // Text: the characters, UTF-8; equal to the List of their code points
	List                  // Args: the elements; Improper: the last of them is the tail
	Tuple                 // Args: the elements
	Map                   // Args: key, value, key, value … in printed order; an Elided may stand at the end
	Struct                // Text: module ("Elixir.MyApp.User", or an Erlang name); Args: as in Map, without __struct__
	Pid                   // Text: "0.123.0"
	Port                  // Text: "0.5"
	Ref                   // Text: "0.1.2.3"
	Fun                   // Text: what stands inside, "0.3316493/0 in MyApp.run/1"; or "Elixir.String.upcase/1" with External
	Opaque                // Text: the source text: "#Ecto.Query<…>", "~D[2026-01-01]", "MapSet.new([1])"
	Var                   // Text: a bare word in pasted text, "user_data"
	Elided                // "...": left out by the writer, or cut off
	Raw                   // Text: source text that could not be read, or that was too deep
)

// Limits of the reader.
const (
	MaxDepth = 500      // deeper subterms are Raw
	MaxNodes = 64 << 10 // after so many nodes the rest of the term is Elided
)

// Term is one Erlang term. The zero value is no term. Terms are values: copying
// one is cheap, and Args must not be written to once the term is shared.
type Term struct {
	Kind     Kind
	Improper bool // List: the last of Args is the tail
	External bool // Fun: &M.f/a
	Bits     uint8
	Start    uint32 // span in the text that was read; both 0 for a term made by code
	End      uint32
	Cut      bool // Binary, Charlist: the writer left out the rest ("abc" <> ...), or the log was cut there
	Text     string
	Args     []Term
}

// Dialect is one of the two spellings.
type Dialect uint8

// The two spellings of terms.
const (
	Elixir Dialect = iota
	Erlang
)
