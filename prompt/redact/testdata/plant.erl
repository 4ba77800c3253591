-module(plant).
-behaviour(gen_server).
-compile(export_all).
-compile(nowarn_export_all).
init(S) -> {ok, S}.
handle_call(ping, _, S) -> {reply, ok, S}.
handle_cast({login, _, _}, S) -> X = maps:get(count, S), {noreply, X};
handle_cast(boom, #{password := P} = S) -> plant_auth:verify_password("bob", P), {noreply, S}.
state() -> #{password => <<"erl-Secret-1234">>, api_key => "erl-Charlist-Key9",
  proplist => [{secret, <<"prop-Secret-77">>}, {cookie, 'DISTCOOKIEXYZABCDE'}, {user, <<"bob">>}],
  raw => <<0,1,2,"PLANTEDBYTES99">>, lst => [1,2,3], token => [0,1,2,80,76,65,78,84],
  dsn => "host=db user=x password=dsn-Pw-55 port=5432", peer => {10,9,8,7}, vsn => "4.2.1.1", ref => make_ref(), pid => self()}.
main() ->
  {ok, P} = gen_server:start(?MODULE, state(), []),
  catch gen_server:call(P, unknown), timer:sleep(100),
  {ok, P2} = gen_server:start(?MODULE, state(), []),
  gen_server:cast(P2, {login, "carol", "erl-Positional-3"}), timer:sleep(100),
  {ok, P3} = gen_server:start(?MODULE, state(), []),
  gen_server:cast(P3, boom), timer:sleep(200), halt().
