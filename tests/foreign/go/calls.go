package main

import (
	"net/http"
	"strconv"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// call calls the cluster that the request names.
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
	// The wrapper passes no trailers, but the plugin can read the trailers of the call response.
	trailers, _ := proxywasm.GetHttpCallResponseTrailers()
	checked := headers.Get("x-answered") + " " + string(body)
	for _, trailer := range trailers {
		checked += " " + trailer[0] + "=" + trailer[1]
	}
	proxywasm.ReplaceHttpRequestHeader("x-checked", checked)
	proxywasm.ResumeHttpRequest()
}

// callInBody pauses the body until a call returns the text that belongs in front of the body.
func callInBody(body string) types.Action {
	err := clientOf("auth").Get("/body", nil, func(status int, headers http.Header, prefix []byte) {
		proxywasm.ReplaceHttpRequestBody([]byte(string(prefix) + "/" + body))
		proxywasm.ResumeHttpRequest()
	})
	if err != nil {
		return types.ActionContinue
	}
	return types.ActionPause
}

func callInResponse() types.Action {
	err := clientOf("auth").Get("/response", nil, func(status int, headers http.Header, checked []byte) {
		proxywasm.AddHttpResponseHeader("x-checked", string(checked))
		proxywasm.ResumeHttpResponse()
	})
	if err != nil {
		return types.ActionContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}
