package main

import (
	"strings"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
)

// headerMap has the SDK's functions for one header map.
type headerMap struct {
	get          func(name string) (string, error)
	all          func() ([][2]string, error)
	add, replace func(name, value string) error
	remove       func(name string) error
	set          func(headers [][2]string) error
}

var requestHeaders = headerMap{
	get:     proxywasm.GetHttpRequestHeader,
	all:     proxywasm.GetHttpRequestHeaders,
	add:     proxywasm.AddHttpRequestHeader,
	replace: proxywasm.ReplaceHttpRequestHeader,
	remove:  proxywasm.RemoveHttpRequestHeader,
	set:     proxywasm.ReplaceHttpRequestHeaders,
}

var responseHeaders = headerMap{
	get:     proxywasm.GetHttpResponseHeader,
	all:     proxywasm.GetHttpResponseHeaders,
	add:     proxywasm.AddHttpResponseHeader,
	replace: proxywasm.ReplaceHttpResponseHeader,
	remove:  proxywasm.RemoveHttpResponseHeader,
	set:     proxywasm.ReplaceHttpResponseHeaders,
}

func edit(headers headerMap) {
	value := func(name string) string {
		value, err := headers.get(name)
		if err != nil {
			return "none"
		}
		return value
	}
	got := value("x-one") + " " + value("x-many") + " " + value("x-absent")
	var many []string
	all, _ := headers.all()
	for _, header := range all {
		if header[0] == "x-many" {
			many = append(many, header[1])
		}
	}
	headers.add("x-many", "c")
	headers.replace("x-old", "2")
	headers.replace("x-new", "1")
	headers.remove("x-gone")
	headers.add("x-got", got)
	headers.add("x-all", strings.Join(many, " "))
}

func setAll(headers headerMap) {
	all, _ := headers.all()
	kept := [][2]string{}
	for _, header := range all {
		if header[0] != "x-one" {
			kept = append(kept, header)
		}
	}
	headers.set(append(kept, [2]string{"x-set", "yes"}))
}
