%% A REST handler whose callbacks fail.
-module(web_price).
-behaviour(cowboy_rest).
-export([init/2, resource_exists/2, content_types_provided/2, to_text/2]).

init(Req, _) -> {cowboy_rest, Req, cowboy_req:binding(do, Req)}.

resource_exists(_, <<"raise">>) -> error({no_currency, "XXX"});
resource_exists(Req, State) -> {true, Req, State}.

content_types_provided(Req, <<"absent">> = State) -> {[{<<"text/plain">>, to_paper}], Req, State};
content_types_provided(Req, State) -> {[{<<"text/plain">>, to_text}], Req, State}.

to_text(_, <<"nonsense">>) -> nonsense.
