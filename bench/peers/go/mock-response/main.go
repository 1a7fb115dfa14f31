package main

import (
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

func init() {
	wrapper.SetCtx("mock-response", wrapper.ParseConfig(parseConfig), wrapper.ProcessRequestHeaders(onRequestHeaders))
}

type Config struct {
	content string
}

func parseConfig(json gjson.Result, config *Config) error {
	config.content = json.Get("content").String()
	return nil
}

func onRequestHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	proxywasm.SendHttpResponse(200, nil, []byte(config.content), -1)
	return types.ActionPause
}
