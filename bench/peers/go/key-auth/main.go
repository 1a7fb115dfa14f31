package main

import (
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

func init() {
	wrapper.SetCtx("key-auth", wrapper.ParseConfig(parseConfig), wrapper.ProcessRequestHeaders(onRequestHeaders))
}

type Config struct {
	// The names of the consumers by their keys.
	consumers map[string]string
}

func parseConfig(json gjson.Result, config *Config) error {
	config.consumers = map[string]string{}
	for _, consumer := range json.Get("consumers").Array() {
		config.consumers[consumer.Get("key").String()] = consumer.Get("name").String()
	}
	return nil
}

func onRequestHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	key, _ := proxywasm.GetHttpRequestHeader("x-api-key")
	name, known := config.consumers[key]
	if !known {
		proxywasm.SendHttpResponse(401, nil, []byte("unknown key"), -1)
		return types.ActionPause
	}
	proxywasm.ReplaceHttpRequestHeader("x-consumer", name)
	return types.ActionContinue
}
