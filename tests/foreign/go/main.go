package main

import (
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
	)
}

// Config says which token a request must carry, and which cluster is asked about it.
type Config struct {
	token  string
	client wrapper.HttpClient
}

func parseConfig(json gjson.Result, config *Config) error {
	config.token = json.Get("token").String()
	if cluster := json.Get("cluster").String(); cluster != "" {
		config.client = wrapper.NewClusterClient(wrapper.TargetCluster{Cluster: cluster, Host: "auth.example"})
	}
	return nil
}

func onRequestHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	token, _ := proxywasm.GetHttpRequestHeader("x-token")
	if token != config.token {
		proxywasm.SendHttpResponseWithDetail(401, "no_token", [][2]string{{"x-by", "go"}}, []byte("who are you?"), -1)
		return types.ActionPause
	}
	proxywasm.AddHttpRequestHeader("x-seen", ctx.Method()+" "+ctx.Path())
	proxywasm.RemoveHttpRequestHeader("content-length")
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
	proxywasm.ReplaceHttpRequestBody(append([]byte("go:"), body...))
	return types.ActionContinue
}

func onResponseHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	proxywasm.AddHttpResponseHeader("x-by", "go")
	return types.ActionContinue
}
