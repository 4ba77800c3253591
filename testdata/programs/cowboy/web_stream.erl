%% A stream handler that fails in the callback that the query names.
-module(web_stream).
-behaviour(cowboy_stream).
-export([init/3, data/4, info/3, terminate/3, early_error/5]).

init(_, #{path := <<"/stream">>, qs := <<"init">>}, _) -> error(stream_init);
init(_, #{path := <<"/stream">>, qs := <<"init_exit">>}, _) -> exit({stream_init, "exit"});
init(StreamId, #{path := Path, qs := Query} = Req, Opts) ->
    {Commands, Next} = cowboy_stream:init(StreamId, Req, Opts),
    {Commands, {case Path of <<"/stream">> -> Query; _ -> <<>> end, Next}}.

data(_, _, _, {<<"data">>, _}) -> throw(stream_data);
data(StreamId, IsFin, Data, {Do, Next}) ->
    {Commands, Next2} = cowboy_stream:data(StreamId, IsFin, Data, Next),
    {Commands, {Do, Next2}}.

info(_, {price_changed, _} = Event, {<<"info">>, _}) -> {ok, _} = Event;
info(StreamId, Info, {Do, Next}) ->
    {Commands, Next2} = cowboy_stream:info(StreamId, Info, Next),
    {Commands, {Do, Next2}}.

terminate(_, _, {<<"terminate">>, _}) -> error(stream_terminate);
terminate(StreamId, Reason, {_, Next}) -> cowboy_stream:terminate(StreamId, Reason, Next);
terminate(_, _, _) -> ok.

early_error(_, {connection_error, protocol_error, _}, _, _, _) -> error(stream_early_error);
early_error(StreamId, Reason, PartialReq, Resp, Opts) -> cowboy_stream:early_error(StreamId, Reason, PartialReq, Resp, Opts).
