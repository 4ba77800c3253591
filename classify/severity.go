package classify

import (
	"slices"
	"strconv"

	"github.com/beamlog/beamlog/parser"
)

// clientErrors are the exceptions that Plug answers with a 4xx status: the
// client's fault.
var clientErrors = []string{
	"Ecto.CastError", "Ecto.NoResultsError", "Ecto.Query.CastError", "Ecto.StaleEntryError",
	"Phoenix.ActionClauseError", "Phoenix.MissingParamError", "Phoenix.NotAcceptableError", "Phoenix.Router.NoRouteError",
	"Phoenix.Router.MalformedURIError", "Plug.BadRequestError", "Plug.CSRFProtection.InvalidCSRFTokenError",
	"Plug.CSRFProtection.InvalidCrossOriginRequestError", "Plug.Conn.CookieOverflowError", "Plug.Conn.InvalidQueryError",
	"Plug.Parsers.BadEncodingError", "Plug.Parsers.ParseError", "Plug.Parsers.RequestTooLargeError",
	"Plug.Parsers.UnsupportedMediaTypeError", "Plug.Static.InvalidPathError", "Plug.TimeoutError", "Plug.UploadError",
}

// severity is the rule's severity, or info where a web request failed by an
// exception with a 4xx status: the server answered it, and nothing is broken
// (formats.md, hard case 62).
func severity(f *Finding) Severity {
	r := f.Report
	if isRequest(r) && clientError(r) && f.Rule.Severity != Info {
		return Info
	}
	return f.Rule.Severity
}

// isRequest reports whether a report is about a web request: of its kind, or a
// process that died in the call of an endpoint.
func isRequest(r *parser.Report) bool {
	if r.Kind == parser.KindRequest {
		return true
	}
	for _, link := range r.Reason.Chain {
		args, ok := callArgs(link.Envelope)
		if ok && link.Envelope.Args[1].Args[1].IsAtom("call") && len(args) == 2 && moduleOf(args[0]) == "Plug.Conn" {
			return true
		}
	}
	return false
}

// clientError reports whether the cause is an exception with a 4xx status.
func clientError(r *parser.Report) bool {
	c := r.Reason.Cause
	if status, ok := c.Get("plug_status"); ok {
		n, err := strconv.Atoi(status.Text)
		return err == nil && n >= 400 && n < 500
	}
	return slices.Contains(clientErrors, moduleOf(c))
}
