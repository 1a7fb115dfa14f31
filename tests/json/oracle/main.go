// Reads cases, one JSON object per line, and writes the results of gjson, sjson and pretty, one JSON value per line.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"

	"github.com/tidwall/gjson"
	"github.com/tidwall/pretty"
	"github.com/tidwall/sjson"
)

type testCase struct {
	Op    string
	JSON  string
	Path  string
	Value string
}

// run returns the result; nil if there is none: a missing value, or an error.
func run(c testCase) (result any) {
	defer func() {
		if recover() != nil {
			result = nil
		}
	}()
	switch c.Op {
	case "query":
		found := gjson.Get(c.JSON, c.Path)
		if !found.Exists() {
			return nil
		}
		return strings.TrimSpace(found.Raw)
	case "set", "replace":
		text, err := sjson.SetRaw(c.JSON, c.Path, c.Value)
		if err != nil {
			return nil
		}
		return text
	case "delete":
		text, err := sjson.Delete(c.JSON, c.Path)
		if err != nil {
			return nil
		}
		return text
	case "pretty":
		return string(pretty.Pretty([]byte(c.JSON)))
	}
	return string(pretty.Ugly([]byte(c.JSON)))
}

func main() {
	gjson.DisableEscapeHTML = true
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	for lines.Scan() {
		var c testCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			panic(err)
		}
		encoder.Encode(run(c))
	}
}
