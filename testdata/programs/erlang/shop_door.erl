%% A gen_statem with a code.
-module(shop_door).
-behaviour(gen_statem).
-export([start/0, start/1, init/1, callback_mode/0, closed/3, open/3]).

start() -> gen_statem:start(?MODULE, #{code => 1234}, []).
start(Name) -> gen_statem:start(Name, ?MODULE, #{code => 1234}, []).

init({stop, R}) -> {stop, R};
init(Data) -> {ok, closed, Data}.
callback_mode() -> [state_functions, state_enter].

closed(enter, _, _) -> keep_state_and_data;
closed(cast, later, _) -> {keep_state_and_data, postpone};
closed(cast, raise, _) -> error(hinge_broken);
closed(cast, badmatch, #{code := Code}) -> {ok, _} = Code;
closed(cast, badret, _) -> open_wide;
closed(cast, action, D) -> {keep_state, D, [{open, soon}]};
closed(cast, throw, _) -> throw(stuck);
closed({call, _}, exit, _) -> exit({jammed, "half open"});
closed({call, From}, {code, C}, #{code := C} = D) -> {next_state, open, D, [{reply, From, ok}]}.

open(enter, _, _) -> {keep_state_and_data, [{state_timeout, 5000, close}]};
open(cast, {knock, N}, _) when N > 0 -> keep_state_and_data.
