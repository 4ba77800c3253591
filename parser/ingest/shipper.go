package ingest

import (
	"bytes"
	"strconv"
	"strings"
)

// peelShipper takes a line of a log out of the JSON object in which a shipper put
// it: Docker's json-file, journald, Google Cloud's text payloads, Loki, and what
// collectors such as Fluent Bit and Filebeat write.
//
//	{"log":"text\n","stream":"stderr","time":"2026-11-21T02:22:43.08Z"}
//	{"MESSAGE":"text","_SYSTEMD_UNIT":"app.service","__REALTIME_TIMESTAMP":"1763691763082000"}
//
// The object of a JSON logger is not taken apart: it has a level.
func peelShipper(p *peeled) fit {
	if peelDocker(p) {
		return fitsWell
	}
	return peelObject(p)
}

// peelDocker is peelObject for the lines of Docker's json-file, of which there are
// many. It is false for all that are not exactly so:
//
//	{"log":"text\n","stream":"stderr","time":"2026-11-21T02:22:43.08Z"}
func peelDocker(p *peeled) bool {
	if !bytes.HasPrefix(p.text, dockerHead) {
		return false
	}
	r := jsonReader{s: p.text, i: len(dockerHead) - 1}
	text, ok := r.bytes()
	rest, stream := bytes.CutPrefix(r.s[r.i:], []byte(`,"stream":"`))
	channel := ""
	for _, c := range [...]string{"stdout ", "stderr "} {
		if bytes.HasPrefix(rest, []byte(c[:len(c)-1])) {
			channel = c
		}
	}
	if !ok || !stream || channel == "" {
		return false
	}
	rest, ok = bytes.CutPrefix(rest[len(channel)-1:], []byte(`","time":"`))
	end := len(rest) - len(`"}`)
	if !ok || end < 0 || string(rest[end:]) != `"}` {
		return false
	}
	at, to := stampAt(rest[:end], 0)
	if to != end {
		return false
	}
	p.part = !bytes.HasSuffix(text, newline)
	p.text, p.decoded = bytes.TrimSuffix(text, newline), true
	p.channel += channel
	p.time = at.iso()
	return true
}

// peelObject takes the text and what is said of it out of any object that a shipper writes.
func peelObject(p *peeled) fit {
	if !looksJSON(p.text) {
		return fitsNot
	}
	o := parseEntry(p.text)
	journal := o.find([]string{"MESSAGE"}, jsonString)
	text := journal
	switch {
	case text != nil:
	case len(o.text("__REALTIME_TIMESTAMP")) > 0:
		m := o.find([]string{"MESSAGE"}, jsonNested)
		if m == nil {
			return fitsNot
		}
		text = &jsonMember{text: bytesOf(m.text)}
	case o.find([]string{"textPayload"}, jsonString) != nil:
		text = o.find([]string{"textPayload"}, jsonString)
	case o.envelope == "" && (o.find(levelKeys[:4], 0) != nil || o.find([]string{"msg"}, 0) != nil):
		return fitsNot
	default:
		if text = o.find([]string{"log", "line"}, jsonString); text == nil && (o.envelope != "" || shipped(o)) {
			text = o.find([]string{"message", "@message", "event.original", "_raw", "body.stringValue"}, jsonString)
		}
		if o.envelope != "" && (o.find(levelKeys, 0) != nil || text != nil && strings.Contains(strings.TrimSpace(text.text), "\n")) {
			p.describe(o)
			p.whole = true
			return fitsWell
		}
		if text == nil {
			return fitsNot
		}
	}
	p.fromJSON(o, text)
	return fitsWell
}

// fromJSON takes the text out of an object's member.
func (p *peeled) fromJSON(o *jsonObject, text *jsonMember) {
	// Docker cuts lines at 16 KiB, and ends the last piece with the newline.
	if text.key == "log" && o.text("stream") != "" && o.find([]string{"time"}, 0) != nil {
		p.part = !strings.HasSuffix(text.text, "\n") && o.complete
	}
	if o.text("_LINE_BREAK") == "line-max" { // as journald cuts what it reads from a pipe
		p.part = true
	}
	p.text, p.decoded = []byte(strings.TrimSuffix(text.text, "\n")), true
	p.describe(o)
}

// describe takes the names of the stream and the time from an object.
func (p *peeled) describe(o *jsonObject) {
	if pod := o.text(podKeys...); pod != "" {
		p.join(pod)
		p.join(o.text(containerKeys...))
	} else {
		p.join(o.text(sourceKeys...))
	}
	if labels := o.find([]string{"labels"}, jsonNested); labels != nil && o.find([]string{"line"}, 0) != nil {
		p.channel += labels.text
	}
	for _, key := range channelKeys {
		if channel := o.text(key); channel != "" {
			p.channel += channel + " "
		}
	}
	at := o.find([]string{"_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP", "time", "@timestamp", "timestamp", "ts", "date", "_time", "timeUnixNano"}, 0)
	if at != nil {
		s := jsonStamp(at)
		p.time = s.iso()
	}
}

// The members that tell where a line comes from: names that users know, and what
// else keeps apart the lines of several writers.
var (
	podKeys       = []string{"kubernetes.pod_name", "kubernetes.pod.name", "resource.labels.pod_name", "labels.pod", "podName", "pod", "k8s.pod.name"}
	containerKeys = []string{"kubernetes.container_name", "kubernetes.container.name", "resource.labels.container_name", "labels.container", "containerName", "container", "container.name", "container_name"}
	sourceKeys    = []string{"CONTAINER_NAME", "_SYSTEMD_UNIT", "SYSLOG_IDENTIFIER", "container_name", "container.name", "logStream", "logStreamName", "@logStream",
		"labels.container", "labels.app", "labels.job", "labels.service_name", "resource.labels.service_name", "resource.labels.instance_id", "service", "service.name"}
	channelKeys = []string{"stream", "labels.stream", "logName", "_HOSTNAME", "host", "host.name", "hostname", "container_id", "container.id", "labels.instance", "labels.instanceId", "namespace", "kubernetes.namespace_name", "kubernetes.namespace"}
)

// shipped reports whether an object has members that only a shipper adds.
func shipped(o *jsonObject) bool {
	for i := range o.members {
		key := o.members[i].key
		for _, mark := range [...]string{"kubernetes", "docker", "container", "logStream", "ingestionTime", "eventId", "agent.", "host.name", "log.file", "log.offset", "fluent", "stream", "labels.", "podName", "@logStream", "@ptr", "source_type"} {
			if strings.HasPrefix(key, mark) {
				return true
			}
		}
	}
	// An event of CloudWatch may have nothing but its time and its text.
	return len(o.members) == 2 && o.find([]string{"timestamp"}, jsonNumber) != nil && o.find([]string{"message"}, jsonString) != nil
}

// bytesOf reads the array of numbers as which journald prints a message that is
// no UTF-8.
func bytesOf(list string) string {
	var out []byte
	for s := range strings.SplitSeq(strings.Trim(list, "[] "), ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 8)
		if err != nil {
			break
		}
		out = append(out, byte(n))
	}
	return string(bytes.TrimRight(out, "\n"))
}

// peelMembers takes a line out of the JSON object that the user said it stands in,
// under the first of some names. The object of a JSON logger in its place stays as
// it is.
func peelMembers(names []string) func(p *peeled) fit {
	return func(p *peeled) fit {
		if !looksJSON(p.text) {
			return fitsNot
		}
		o := parseEntry(p.text)
		if text := o.find(names, jsonString); text != nil {
			p.fromJSON(o, text)
		} else if m := o.find([]string{"MESSAGE"}, jsonNested); m != nil {
			p.fromJSON(o, &jsonMember{key: m.key, text: bytesOf(m.text)})
		} else {
			p.describe(o)
			p.whole = true
		}
		return fitsWell
	}
}
