package main

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/log"
)

func sharedData() [][2]string {
	absent := "there"
	if _, _, err := proxywasm.GetSharedData("absent"); errors.Is(err, types.ErrorStatusNotFound) {
		absent = "none"
	}
	proxywasm.SetSharedData("key", []byte("1"), 0)
	first, cas, _ := proxywasm.GetSharedData("key")
	proxywasm.SetSharedData("key", []byte("2"), cas)
	late := "set"
	if err := proxywasm.SetSharedData("key", []byte("3"), cas); errors.Is(err, types.ErrorStatusCasMismatch) {
		late = "mismatch"
	}
	last, lastCas, _ := proxywasm.GetSharedData("key")
	return [][2]string{
		{"x-absent", absent},
		{"x-first", string(first)},
		{"x-late", late},
		{"x-last", string(last)},
		{"x-cas", strconv.Itoa(int(lastCas - cas))},
		{"x-count", strconv.Itoa(increment("count"))},
	}
}

// increment increments a counter in shared data. It tries again when another VM has changed the counter.
func increment(key string) int {
	for {
		value, cas, _ := proxywasm.GetSharedData(key)
		next, _ := strconv.Atoi(string(value))
		next++
		err := proxywasm.SetSharedData(key, []byte(strconv.Itoa(next)), cas)
		if !errors.Is(err, types.ErrorStatusCasMismatch) {
			return next
		}
	}
}

func count(key string) int {
	value, _, _ := proxywasm.GetSharedData(key)
	number, _ := strconv.Atoi(string(value))
	return number
}

// queue empties its queue at once, because the wrapper has no hook for a queue that is ready.
func queue() {
	id, _ := proxywasm.RegisterSharedQueue("jobs")
	resolved, _ := proxywasm.ResolveSharedQueue("", "jobs")
	_, err := proxywasm.ResolveSharedQueue("", "none")
	proxywasm.EnqueueSharedQueue(id, []byte("first"))
	proxywasm.EnqueueSharedQueue(id, []byte("second"))
	var jobs []string
	for {
		job, err := proxywasm.DequeueSharedQueue(id)
		if errors.Is(err, types.ErrorStatusEmpty) {
			break
		}
		jobs = append(jobs, string(job))
	}
	proxywasm.ReplaceHttpRequestHeader("x-resolved", strconv.FormatBool(resolved == id))
	proxywasm.ReplaceHttpRequestHeader("x-unresolved", strconv.FormatBool(errors.Is(err, types.ErrorStatusNotFound)))
	proxywasm.ReplaceHttpRequestHeader("x-jobs", strings.Join(jobs, " "))
}

func metrics() [][2]string {
	counter := proxywasm.DefineCounterMetric("go_counter")
	counter.Increment(1)
	proxywasm.DefineCounterMetric("go_counter").Increment(2)
	gauge := proxywasm.DefineGaugeMetric("go_gauge")
	gauge.Add(5)
	gauge.Add(-2)
	// No host returns the value of a histogram, and the SDK panics when a plugin reads one.
	proxywasm.DefineHistogramMetric("go_histogram").Record(7)
	return [][2]string{
		{"x-counter", strconv.FormatUint(counter.Value(), 10)},
		{"x-gauge", strconv.FormatInt(gauge.Value(), 10)},
	}
}

func property(path ...string) string {
	value, err := proxywasm.GetProperty(path)
	if err != nil {
		return "none"
	}
	return string(value)
}

func requestProperties() {
	proxywasm.SetProperty([]string{"state"}, []byte("on"))
	for name, value := range map[string]string{
		"x-path":     property("request", "path"),
		"x-method":   property("request", "method"),
		"x-header":   property("request", "headers", "x-one"),
		"x-protocol": property("request", "protocol"),
		"x-route":    property("xds", "route_name"),
		"x-plugin":   property("plugin_name"),
		"x-root":     property("plugin_root_id"),
		"x-source":   property("source", "address"),
		"x-mtls":     strconv.Itoa(int(property("connection", "mtls")[0])),
		"x-state":    property("state"),
		"x-absent":   property("no", "such"),
	} {
		proxywasm.ReplaceHttpRequestHeader(name, value)
	}
}

func responseProperties() {
	proxywasm.AddHttpResponseHeader("x-code", responseCode())
	proxywasm.AddHttpResponseHeader("x-state", property("state"))
	proxywasm.AddHttpResponseHeader("x-path", property("request", "path"))
}

func responseCode() string {
	code := binary.LittleEndian.Uint64([]byte(property("response", "code")))
	return strconv.FormatUint(code, 10)
}

// logDone logs what a finished stream still has: its headers, and the path.
func logDone() {
	one, _ := proxywasm.GetHttpRequestHeader("x-one")
	up, _ := proxywasm.GetHttpResponseHeader("x-up")
	log.Infof("done %s %s %s %s", property("request", "path"), responseCode(), one, up)
}

func logAll() {
	log.Trace("say trace")
	log.Debug("say debug")
	log.Info("say info")
	log.Warn("say warn")
	log.Error("say error")
	log.Critical("say critical")
}
