package main

import (
	"net/http"
	"strconv"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// The wrapper does not tell a stream's id, so a tick cannot wake a request: requests look what ticks have left.
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
		answer, _, err := proxywasm.GetSharedData("tick call")
		proxywasm.ReplaceHttpRequestHeader("x-checked", string(answer))
		return err == nil
	})
}

// poll holds the request until something is there; a call that takes a while is between two looks.
func poll(left int, isThere func() bool) types.Action {
	err := clientOf("poll").Get("/", nil, func(status int, headers http.Header, body []byte) {
		if left == 0 || isThere() {
			proxywasm.ResumeHttpRequest()
			return
		}
		poll(left-1, isThere)
	})
	if err != nil {
		return types.ActionContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}
