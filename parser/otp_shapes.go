package parser

// otpShapes are the shapes that Erlang/OTP and the programs written in Erlang
// print.
func otpShapes() []shape { return nil }
