// The reference of assembly/text/regex: Go's regexp and unicode packages.
//
//	main          reads a JSON object per line from stdin, and writes a JSON object per line to stdout
//	main unicode  writes Unicode's general categories and simple case folding
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"unicode"
)

type question struct {
	Pattern []byte
	Cases   []struct {
		Text, Template []byte
		Limit          int
	}
}

type answer struct {
	Error string   `json:"error,omitempty"`
	Names []string `json:"names,omitempty"`
	Cases []result `json:"cases,omitempty"`
}

type result struct {
	Matches  bool     `json:"matches"`
	All      [][]int  `json:"all"`
	Limited  int      `json:"limited"`
	Replaced []byte   `json:"replaced"`
	Literal  []byte   `json:"literal"`
	Split    [][]byte `json:"split"`
}

func main() {
	if len(os.Args) > 1 {
		categories()
		folds()
		return
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	for in.Scan() {
		var asked question
		if err := json.Unmarshal(in.Bytes(), &asked); err != nil {
			panic(err)
		}
		line, err := json.Marshal(reply(asked))
		if err != nil {
			panic(err)
		}
		os.Stdout.Write(append(line, '\n'))
	}
}

func reply(asked question) (told answer) {
	re, err := regexp.Compile(string(asked.Pattern))
	if err != nil {
		told.Error = err.Error()
		return
	}
	told.Names = re.SubexpNames()
	for _, one := range asked.Cases {
		text, template := string(one.Text), string(one.Template)
		found := result{
			Matches:  re.MatchString(text),
			All:      re.FindAllStringSubmatchIndex(text, -1),
			Limited:  len(re.FindAllStringIndex(text, one.Limit)),
			Replaced: []byte(re.ReplaceAllString(text, template)),
			Literal:  []byte(re.ReplaceAllLiteralString(text, template)),
		}
		for _, part := range re.Split(text, one.Limit) {
			found.Split = append(found.Split, []byte(part))
		}
		told.Cases = append(told.Cases, found)
	}
	return
}

// categories writes runs of code points of the same category: "Lu 26".
func categories() {
	of := make([]string, unicode.MaxRune+1)
	for name, table := range unicode.Categories {
		if len(name) != 2 || name == "LC" || name == "Cn" {
			continue
		}
		for c := range of {
			if unicode.Is(table, rune(c)) {
				of[c] = name
			}
		}
	}
	start := 0
	for c := range of {
		if of[c] == "" {
			of[c] = "Cn"
		}
		if of[c] != of[start] {
			fmt.Println(of[start], c-start)
			start = c
		}
	}
	fmt.Println(of[start], len(of)-start)
}

// folds writes each pair of a code point and the next greater code point that folds to the same: "65 97".
func folds() {
	for c := rune(0); c <= unicode.MaxRune; c++ {
		if next := unicode.SimpleFold(c); next > c {
			fmt.Println(c, next)
		}
	}
}
