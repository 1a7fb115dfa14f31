import { expect, test } from "vitest";
import { higress, istio, withUrl, problemLines, type WrongManifest } from "../../../tests/support/manifest-problems.js";

test.each<WrongManifest>([
  [
    "no url for Higress",
    withUrl("x", higress("  phase: AUTHN")).replace("  url: x\n", ""),
    "4: error: spec.url: the field is missing; without it the gateway has no module",
  ],
  ["an empty url for Higress", withUrl('""'), "5: error: spec.url: expected the address of the image or the module"],
  [
    "a registry with a port that Go takes for a scheme",
    withUrl("localhost:5000/auth:1"),
    '5: error: spec.url: expected a URL with oci, https, http or file, got "localhost:5000/auth:1"; write "oci://localhost:5000/auth:1"',
  ],
  [
    "an address with a port that Go cannot read",
    withUrl("127.0.0.1:5000/auth:1"),
    '5: error: spec.url: istiod cannot read the URL, so requests pass without the plugin: the part before the first "/" has a colon; write oci:// before the address',
  ],
  [
    "the same for Istio",
    withUrl("127.0.0.1:5000/auth:1", istio()),
    '5: error: spec.url: istiod cannot read the URL, so requests pass without the plugin: the part before the first "/" has a colon; write oci:// before the address',
  ],
  [
    "another scheme",
    withUrl("docker://example.com/auth:1", istio()),
    '5: error: spec.url: expected a URL with oci, https, http or file, got "docker://example.com/auth:1"',
  ],
  [
    "nonsense",
    withUrl('"#%blah$#@"', istio()),
    '5: error: spec.url: expected a URL with oci, https, http or file, got "#%blah$#@"',
  ],
  [
    "a url without a host",
    withUrl("https:///plugin.wasm"),
    '5: error: spec.url: expected a host, got "https:///plugin.wasm"',
  ],
  [
    "an image in upper case",
    withUrl("oci://example.com/Auth:1"),
    '5: error: spec.url: the gateway cannot pull the image: expected lower-case letters in the image name "Auth"',
  ],
  [
    "an image with a wrong digest",
    withUrl("oci://example.com/auth@sha256:abc"),
    '5: error: spec.url: the gateway cannot pull the image: expected "@sha256:" and 64 lower-case hexadecimal digits',
  ],
  [
    "an image without a name",
    withUrl("oci://example.com/"),
    "5: error: spec.url: the gateway cannot pull the image: the name of the image is missing",
  ],
  [
    "a tag with a plus",
    withUrl("oci://example.com/auth:1+2"),
    '5: error: spec.url: the gateway cannot pull the image: the tag "1+2" has other characters than a-z 0-9 - _ .',
  ],
  [
    "a path",
    withUrl("./build"),
    '5: error: spec.url: expected an image, got the path "./build"; no cluster can load the path',
  ],
  [
    "an image without a tag",
    withUrl("oci://example.com/auth"),
    "5: warning: spec.url: without a tag, the gateway pulls the image once and keeps it; add a version",
  ],
  [
    "the tag latest",
    withUrl("oci://example.com/auth:latest"),
    '5: warning: spec.url: the gateway pulls the tag "latest" again with each change of the resource; name a version',
  ],
])("reports %s", (_, manifest, ...lines) => {
  expect(problemLines(manifest)).toEqual(lines);
});
