package main

import (
	"net/http"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

func init() {
	wrapper.SetCtx("callout", wrapper.ParseConfig(parseConfig), wrapper.ProcessRequestHeaders(onRequestHeaders))
}

type Config struct {
	client wrapper.HttpClient
}

func parseConfig(json gjson.Result, config *Config) error {
	config.client = wrapper.NewClusterClient(wrapper.TargetCluster{Cluster: "auth", Host: "auth"})
	return nil
}

func onRequestHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	err := config.client.Get("/check", nil, onChecked, 1000)
	if err != nil {
		proxywasm.SendHttpResponse(503, nil, nil, -1)
	}
	return types.HeaderStopAllIterationAndWatermark
}

func onChecked(status int, headers http.Header, body []byte) {
	if status == 200 {
		proxywasm.ResumeHttpRequest()
	} else {
		proxywasm.SendHttpResponse(403, nil, []byte("denied"), -1)
	}
}
