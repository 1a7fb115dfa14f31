module oracle

go 1.21

require (
	github.com/tidwall/gjson v1.18.0
	github.com/tidwall/pretty v1.2.1
	github.com/tidwall/sjson v1.2.5
)

require github.com/tidwall/match v1.1.1 // indirect
