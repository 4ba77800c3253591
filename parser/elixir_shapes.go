package parser

// elixirShapes are the shapes that Elixir's Logger and the programs round it
// write.
func elixirShapes() []shape { return nil }
