package main

import (
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"body",
		wrapper.ParseConfig(parseConfig),
		wrapper.ProcessResponseHeaders(onResponseHeaders),
		wrapper.ProcessResponseBody(onResponseBody),
	)
}

type Config struct{}

func parseConfig(json gjson.Result, config *Config) error {
	return nil
}

func onResponseHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	proxywasm.RemoveHttpResponseHeader("content-length")
	return types.ActionContinue
}

func onResponseBody(ctx wrapper.HttpContext, config Config, body []byte) types.Action {
	body[0] = 'b'
	proxywasm.ReplaceHttpResponseBody(body)
	return types.ActionContinue
}
