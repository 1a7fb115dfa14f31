package main

import (
	"errors"
	"net/http"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/log"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"foreign-go",
		wrapper.ParseConfig(parseConfig),
		wrapper.ProcessRequestHeaders(onRequestHeaders),
		wrapper.ProcessRequestBody(onRequestBody),
		wrapper.ProcessResponseHeaders(onResponseHeaders),
		wrapper.ProcessResponseBody(onResponseBody),
		wrapper.ProcessStreamDone(onStreamDone),
	)
}

// Config has the token that a request must carry, and a client for the cluster that the plugin calls.
type Config struct {
	token  string
	client wrapper.HttpClient
}

func parseConfig(json gjson.Result, config *Config) error {
	config.token = json.Get("token").String()
	if config.token == "" {
		return errors.New("no token")
	}
	if cluster := json.Get("cluster").String(); cluster != "" {
		config.client = clientOf(cluster)
	}
	if json.Get("ticks").Bool() {
		wrapper.RegisterTickFunc(100, onTick)
	}
	return nil
}

func clientOf(cluster string) wrapper.HttpClient {
	return wrapper.NewClusterClient(wrapper.TargetCluster{Cluster: cluster, Host: "auth.example"})
}

func onRequestHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	token, _ := proxywasm.GetHttpRequestHeader("x-token")
	if token != config.token {
		proxywasm.SendHttpResponseWithDetail(401, "no_token", [][2]string{{"x-by", "go"}}, []byte("who are you?"), -1)
		return types.ActionPause
	}
	proxywasm.AddHttpRequestHeader("x-seen", ctx.Method()+" "+ctx.Path())
	proxywasm.RemoveHttpRequestHeader("content-length")
	topic, _ := proxywasm.GetHttpRequestHeader("x-topic")
	ctx.SetContext("topic", topic)
	switch topic {
	case "edit":
		edit(requestHeaders)
	case "set":
		setAll(requestHeaders)
	case "call":
		return call()
	case "tick":
		return awaitTick()
	case "tick call":
		return awaitTickCall()
	case "shared data":
		return reply(sharedData())
	case "queue":
		queue()
	case "metrics":
		return reply(metrics())
	case "properties":
		requestProperties()
	case "log":
		logAll()
	case "grpc":
		proxywasm.SendHttpResponse(403, nil, []byte("denied"), 7)
		return types.ActionPause
	case "":
		return check(config)
	}
	return types.ActionContinue
}

func check(config Config) types.Action {
	if config.client == nil {
		return types.ActionContinue
	}
	err := config.client.Get("/check", nil, func(status int, headers http.Header, body []byte) {
		proxywasm.ReplaceHttpRequestHeader("x-checked", string(body))
		proxywasm.ResumeHttpRequest()
	}, 500)
	if err != nil {
		log.Errorf("call: %v", err)
		return types.ActionContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}

func onRequestBody(ctx wrapper.HttpContext, config Config, body []byte) types.Action {
	switch ctx.GetContext("topic") {
	case "wrap":
		proxywasm.PrependHttpRequestBody([]byte("<"))
		proxywasm.AppendHttpRequestBody([]byte(">"))
	case "add trailers":
		proxywasm.AddHttpRequestTrailer("x-added", "1")
	case "call in body":
		return callInBody(string(body))
	case "reply to body":
		proxywasm.SendHttpResponse(403, nil, []byte("not "+string(body)), -1)
		return types.ActionPause
	default:
		proxywasm.ReplaceHttpRequestBody(append([]byte("go:"), body...))
	}
	return types.ActionContinue
}

func onResponseHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	proxywasm.AddHttpResponseHeader("x-by", "go")
	switch ctx.GetContext("topic") {
	case "edit":
		edit(responseHeaders)
	case "set":
		setAll(responseHeaders)
	case "wrap", "replace", "add trailers":
		proxywasm.RemoveHttpResponseHeader("content-length")
	case "properties":
		responseProperties()
	case "call in response":
		return callInResponse()
	case "reply to response":
		proxywasm.SendHttpResponse(502, [][2]string{{"x-why", "bad response"}}, []byte("sorry"), -1)
		return types.ActionPause
	}
	return types.ActionContinue
}

func onResponseBody(ctx wrapper.HttpContext, config Config, body []byte) types.Action {
	switch ctx.GetContext("topic") {
	case "wrap":
		proxywasm.PrependHttpResponseBody([]byte("<"))
		proxywasm.AppendHttpResponseBody([]byte(">"))
	case "replace":
		part, _ := proxywasm.GetHttpResponseBody(1, 2)
		proxywasm.ReplaceHttpResponseBody([]byte(string(part) + "/" + string(body)))
	case "add trailers":
		proxywasm.AddHttpResponseTrailer("x-added", "1")
	}
	return types.ActionContinue
}

func onStreamDone(ctx wrapper.HttpContext, config Config) {
	if ctx.GetContext("topic") == "log" {
		logDone()
	}
}

// reply sends a local reply with only headers.
func reply(headers [][2]string) types.Action {
	proxywasm.SendHttpResponse(200, headers, nil, -1)
	return types.ActionPause
}
