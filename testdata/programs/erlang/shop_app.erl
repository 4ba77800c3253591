%% An application that starts in the way that its argument says.
-module(shop_app).
-behaviour(application).
-export([start/2, stop/1]).

start(_, {children, Children}) -> shop_sup:start_link({local, shop_top}, {#{}, Children});
start(_, {return, Value}) -> Value;
start(_, raise) -> error({no_env, "SHOP_SECRET"});
start(_, exit) -> exit(gave_up).
stop(_) -> ok.
