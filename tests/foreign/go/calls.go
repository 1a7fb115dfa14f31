package main

import (
	"net/http"
	"strconv"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// call asks the cluster that the request names.
func call() types.Action {
	cluster, _ := proxywasm.GetHttpRequestHeader("x-cluster")
	headers := [][2]string{{"x-ask", "1"}}
	err := clientOf(cluster).Post("/check", headers, []byte("ask"), onCheck, 200)
	if err != nil {
		proxywasm.ReplaceHttpRequestHeader("x-checked", "not sent")
		return types.ActionContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}

func onCheck(status int, headers http.Header, body []byte) {
	if status != 200 {
		proxywasm.SendHttpResponse(502, [][2]string{{"x-call", strconv.Itoa(status)}}, body, -1)
		return
	}
	// The wrapper hands over no trailers, but those of the call can be read.
	trailers, _ := proxywasm.GetHttpCallResponseTrailers()
	checked := headers.Get("x-answered") + " " + string(body)
	for _, trailer := range trailers {
		checked += " " + trailer[0] + "=" + trailer[1]
	}
	proxywasm.ReplaceHttpRequestHeader("x-checked", checked)
	proxywasm.ResumeHttpRequest()
}

// callInBody holds the body until it is known what goes before it.
func callInBody(body string) types.Action {
	err := clientOf("auth").Get("/body", nil, func(status int, headers http.Header, answer []byte) {
		proxywasm.ReplaceHttpRequestBody([]byte(string(answer) + "/" + body))
		proxywasm.ResumeHttpRequest()
	})
	if err != nil {
		return types.ActionContinue
	}
	return types.ActionPause
}

func callInResponse() types.Action {
	err := clientOf("auth").Get("/response", nil, func(status int, headers http.Header, answer []byte) {
		proxywasm.AddHttpResponseHeader("x-checked", string(answer))
		proxywasm.ResumeHttpResponse()
	})
	if err != nil {
		return types.ActionContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}
