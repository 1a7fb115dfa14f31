package main

import (
	"strconv"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

func init() {
	wrapper.SetCtx("headers60", wrapper.ParseConfig(parseConfig), wrapper.ProcessRequestHeaders(onRequestHeaders))
}

type Config struct{}

func parseConfig(json gjson.Result, config *Config) error {
	return nil
}

func onRequestHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	for i := 0; i < 20; i++ {
		proxywasm.ReplaceHttpRequestHeader("x-bench-"+strconv.Itoa(i), "value-"+strconv.Itoa(i))
	}
	got := 0
	for i := 0; i < 20; i++ {
		value, _ := proxywasm.GetHttpRequestHeader("x-bench-" + strconv.Itoa(i))
		got += len(value)
	}
	for i := 0; i < 20; i++ {
		proxywasm.RemoveHttpRequestHeader("x-bench-" + strconv.Itoa(i))
	}
	if got != 150 {
		proxywasm.SendHttpResponse(500, nil, []byte("wrong values"), -1)
		return types.ActionPause
	}
	return types.ActionContinue
}
