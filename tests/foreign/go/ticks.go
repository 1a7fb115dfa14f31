package main

import (
	"net/http"
	"strconv"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// polls is how often a request checks whether a tick has come. The wrapper does not expose a stream's id, so a tick cannot
// resume a request.
const polls = 200

// wantsCall is set by requests for the next tick.
var wantsCall = false

func onTick() {
	increment("ticks")
	if !wantsCall {
		return
	}
	wantsCall = false
	clientOf("auth").Get("/tick", nil, func(status int, headers http.Header, body []byte) {
		proxywasm.SetSharedData("tick call", body, 0)
	})
}

func awaitTick() types.Action {
	before := count("ticks")
	return poll(polls, func() bool {
		ticks := count("ticks")
		proxywasm.ReplaceHttpRequestHeader("x-ticks", strconv.Itoa(ticks))
		return ticks > before
	})
}

func awaitTickCall() types.Action {
	wantsCall = true
	return poll(polls, func() bool {
		body, _, err := proxywasm.GetSharedData("tick call")
		proxywasm.ReplaceHttpRequestHeader("x-checked", string(body))
		return err == nil
	})
}

// poll pauses the request until isReady returns true. It makes a slow call between two checks.
func poll(left int, isReady func() bool) types.Action {
	err := clientOf("poll").Get("/", nil, func(status int, headers http.Header, body []byte) {
		if left == 0 || isReady() {
			proxywasm.ResumeHttpRequest()
			return
		}
		poll(left-1, isReady)
	})
	if err != nil {
		return types.ActionContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}
