package main

import (
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"chunks",
		wrapper.ParseConfig(parseConfig),
		wrapper.ProcessStreamingRequestBody(onChunk),
	)
}

type Config struct{}

func parseConfig(json gjson.Result, config *Config) error {
	return nil
}

func onChunk(ctx wrapper.HttpContext, config Config, chunk []byte, isLast bool) []byte {
	if len(chunk) > 0 {
		chunk[0] = 'b'
	}
	return chunk
}
