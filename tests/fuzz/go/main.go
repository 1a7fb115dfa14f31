// Runs the functions of Go's standard library that the SDK's helpers must agree with. Reads one JSON object per line,
// {"op": name, "in": [base64, …]}, and writes one array of base64 per line.
package main

import (
	"bufio"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"time"
)

type request struct {
	Op string   `json:"op"`
	In [][]byte `json:"in"`
}

var operations = map[string]func(in []string) []string{
	"parse":                func(in []string) []string { return urlOf(url.Parse(in[0])) },
	"parseRequestUri":      func(in []string) []string { return urlOf(url.ParseRequestURI(in[0])) },
	"build":                build,
	"query":                query,
	"encodeQueryComponent": func(in []string) []string { return []string{url.QueryEscape(in[0])} },
	"encodePathSegment":    func(in []string) []string { return []string{url.PathEscape(in[0])} },
	"decodeQueryComponent": func(in []string) []string { return valueOf(url.QueryUnescape(in[0])) },
	"decodePath":           func(in []string) []string { return valueOf(url.PathUnescape(in[0])) },
	"cookies":              cookies,
	"setCookie":            setCookie,
	"ip":                   ip,
	"cidr":                 cidr,
	"ipSet":                ipSet,
	"socketAddress":        socketAddress,
}

func main() {
	log.SetOutput(io.Discard)
	lines := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			out.Flush()
			return
		}
		var one request
		if err := json.Unmarshal(line, &one); err != nil {
			panic(err)
		}
		in := make([]string, len(one.In))
		for i, bytes := range one.In {
			in[i] = string(bytes)
		}
		result := operations[one.Op](in)
		encoded := make([][]byte, len(result))
		for i, text := range result {
			encoded[i] = []byte(text)
		}
		text, _ := json.Marshal(encoded)
		out.Write(append(text, '\n'))
		if lines.Buffered() == 0 {
			out.Flush()
		}
	}
}

func flag(is bool) string {
	if is {
		return "1"
	}
	return "0"
}

func valueOf(text string, err error) []string {
	if err != nil {
		return []string{}
	}
	return []string{text}
}

func urlOf(u *url.URL, err error) []string {
	if err != nil {
		return []string{}
	}
	password, hasPassword := u.User.Password()
	return []string{
		u.Scheme, u.Opaque, flag(u.User != nil), u.User.Username(), flag(hasPassword), password,
		u.Host, flag(u.OmitHost), u.Path, u.RawPath, u.RawQuery, flag(u.ForceQuery), u.Fragment, u.RawFragment,
		u.EscapedPath(), u.EscapedFragment(), u.Hostname(), u.Port(), u.RequestURI(), u.String(),
	}
}

func build(in []string) []string {
	u := url.URL{
		Scheme: in[0], Opaque: in[1], Host: in[6], OmitHost: in[7] == "1", Path: in[8], RawPath: in[9],
		RawQuery: in[10], ForceQuery: in[11] == "1", Fragment: in[12], RawFragment: in[13],
	}
	if in[2] == "1" && in[4] == "1" {
		u.User = url.UserPassword(in[3], in[5])
	} else if in[2] == "1" {
		u.User = url.User(in[3])
	}
	return []string{u.EscapedPath(), u.EscapedFragment(), u.Hostname(), u.Port(), u.RequestURI(), u.String()}
}

// query takes a query, a name and a value.
func query(in []string) []string {
	values, err := url.ParseQuery(in[0])
	out := []string{flag(err != nil), values.Encode(), flag(values.Has(in[1])), values.Get(in[1])}
	out = append(out, url.Values{in[1]: values[in[1]]}.Encode())
	values.Add(in[1], in[2])
	out = append(out, values.Encode())
	values.Set(in[1], in[2])
	out = append(out, values.Encode())
	values.Del(in[1])
	return append(out, values.Encode())
}

func cookies(in []string) []string {
	r := http.Request{Header: http.Header{"Cookie": in}}
	out := []string{}
	for _, cookie := range r.Cookies() {
		out = append(out, cookie.Name, cookie.Value)
	}
	return out
}

func setCookie(in []string) []string {
	maxAge, _ := strconv.Atoi(in[5])
	cookie := http.Cookie{
		Name: in[0], Value: in[1], Path: in[2], Domain: in[3], MaxAge: maxAge,
		HttpOnly: in[6] == "1", Secure: in[7] == "1", Partitioned: in[8] == "1", Quoted: in[9] == "1",
	}
	if in[4] != "" {
		ms, _ := strconv.ParseInt(in[4], 10, 64)
		cookie.Expires = time.UnixMilli(ms)
	}
	cookie.SameSite = map[string]http.SameSite{
		"0": http.SameSiteDefaultMode, "1": http.SameSiteLaxMode, "2": http.SameSiteStrictMode, "3": http.SameSiteNoneMode,
	}[in[10]]
	return []string{cookie.String(), flag(cookie.Valid() == nil)}
}

func ip(in []string) []string {
	addr, err := netip.ParseAddr(in[0])
	if err != nil {
		return []string{}
	}
	return []string{
		addr.String(), flag(addr.Is4()), addr.Zone(), flag(addr.Is4In6()), addr.Unmap().String(),
		flag(addr.IsLoopback()), flag(addr.IsPrivate()), flag(addr.IsLinkLocalUnicast()),
	}
}

func cidr(in []string) []string {
	prefix, err := netip.ParsePrefix(in[0])
	if err != nil {
		return []string{}
	}
	return []string{prefix.String(), strconv.Itoa(prefix.Bits())}
}

// ipSet takes an address and a list of addresses and networks. IPv4-mapped addresses count as IPv4, zones do not count.
func ipSet(in []string) []string {
	prefixes := []netip.Prefix{}
	for _, text := range in[1:] {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			addr, err := netip.ParseAddr(text)
			if err != nil || addr.Zone() != "" {
				return []string{"malformed"}
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		if prefix.Addr().Is4In6() && prefix.Bits() >= 96 {
			prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-96)
		}
		prefixes = append(prefixes, prefix)
	}
	addr, err := netip.ParseAddr(in[0])
	if err != nil {
		return []string{"no address"}
	}
	for _, prefix := range prefixes {
		if prefix.Contains(addr.Unmap().WithZone("")) {
			return []string{"1"}
		}
	}
	return []string{"0"}
}

func socketAddress(in []string) []string {
	address, err := netip.ParseAddrPort(in[0])
	if err != nil {
		return []string{}
	}
	return []string{address.String(), address.Addr().String(), strconv.Itoa(int(address.Port()))}
}
