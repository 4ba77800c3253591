# The same crashes as under Erlang/OTP's logger, through Elixir's.
for {name, fun} <- :web_scenarios.scenarios(), do: Corpus.scenario(name, fun)
