package main

import (
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

func init() {
	wrapper.SetCtx("two-reads", wrapper.ParseConfig(parseConfig), wrapper.ProcessRequestHeaders(onRequestHeaders))
}

type Config struct{}

func parseConfig(json gjson.Result, config *Config) error {
	return nil
}

func onRequestHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	five, _ := proxywasm.GetHttpRequestHeader("x-a5")
	eleven, _ := proxywasm.GetHttpRequestHeader("x-a11")
	if five != "value 5" || eleven != "value 11" {
		proxywasm.SendHttpResponse(403, nil, []byte("wrong values"), -1)
		return types.ActionPause
	}
	return types.ActionContinue
}
