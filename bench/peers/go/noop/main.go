package main

import (
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

func init() {
	wrapper.SetCtx("noop", wrapper.ParseConfig(parseConfig), wrapper.ProcessRequestHeaders(onRequestHeaders))
}

type Config struct{}

func parseConfig(json gjson.Result, config *Config) error {
	return nil
}

func onRequestHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	return types.ActionContinue
}
