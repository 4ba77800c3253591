package parser

// Frame is one stack frame.
type Frame struct {
	Module   string // the atom's name: "Elixir.MyApp.Cart", "gen_server"; "" if the frame names none
	Function string // "handle_call"; for an anonymous function the function it is in
	Arity    int    // of Function; -1 if unknown
	Anon     bool   // an anonymous function (or comprehension) inside Function
	Args     string // the printed arguments where the frame carries them instead of an arity
	App      string // "my_app"; "" if not printed
	Version  string
	File     string // "" if not printed
	Line     int    // 0 if not printed
	Text     string // as printed, trimmed
}
