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
		"response-header",
		wrapper.ParseConfig(parseConfig),
		wrapper.ProcessResponseHeaders(onResponseHeaders),
	)
}

type Config struct{}

func parseConfig(json gjson.Result, config *Config) error {
	return nil
}

func onResponseHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	proxywasm.ReplaceHttpResponseHeader("x-bench", "1")
	return types.ActionContinue
}
