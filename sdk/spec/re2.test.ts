import { describe, expect, test } from "vitest";
import { RE2_CASES, SLOW_CASES } from "../../tests/support/re2-cases.js";
import { re2, substitutionProblem } from "./re2.js";

describe("test matches a whole text", () => {
  test.each(RE2_CASES)("%s", (pattern, matching, others) => {
    for (const text of matching) expect([text, re2(pattern).test(text)]).toEqual([text, true]);
    for (const text of others) expect([text, re2(pattern).test(text)]).toEqual([text, false]);
  });
});

describe("replaceAll", () => {
  test.each([
    ["^/a/(.*)", "/a/b", "/\\1", "/b"],
    ["/", "/a/b", "", "ab"],
    ["o", "foo", "\\0\\0", "foooo"],
    ["(a)|(b)", "ab", "<\\1\\2>", "<a><b>"],
    ["a", "a", "\\\\$&", "\\$&"],
    // The match that comes first in the pattern counts, not the longest.
    ["a|ab", "ab", "x", "xb"],
    ["a+?", "aa", "x", "xx"],
    ["(a+)(a*)", "aaa", "\\1|\\2", "aaa|"],
    ["(a+?)(a*)", "aaa", "\\1|\\2", "a|aa"],
    // RE2 has no empty match at the end of a match.
    [".*", "abc", "x", "x"],
    ["x*", "abc", "-", "-a-b-c-"],
    ["b*", "abc", "-", "-a-c-"],
    ["$", "a", "b", "ab"],
    ["^", "aa", "b", "baa"],
    ["\\b", "a b", "|", "|a| |b|"],
    ["(?:(a)|b)*", "ab", "[\\1]", "[a]"],
    ["é", "aéb", "😀", "a😀b"],
    ["x", "abc", "-", "abc"],
  ])("%s in %j by %s", (pattern, text, substitution, expected) => {
    expect(re2(pattern).replaceAll(text, substitution)).toBe(expected);
  });
});

test.each([
  ["(", "a group ( has no end )"],
  ["a)", "a parenthesis ) has no beginning ("],
  ["[a", "a class [ has no end ]"],
  ["[]", "a class [ has no end ]"],
  ["[b-a]", "the range b-a ends before it begins"],
  ["[a-\\d]", "RE2 has no escape \\d"],
  ["[\\b]", "RE2 has no escape \\b"],
  ["[[:foo:]]", "RE2 has no class [:foo:]"],
  ["\\p{Foo}", "RE2 has no class \\p{Foo}"],
  ["*", "nothing is before the repetition *"],
  ["a|+", "nothing is before the repetition +"],
  ["({2})", "nothing is before the repetition {2}"],
  ["a**", "a repetition follows another one"],
  ["a+?+", "a repetition follows another one"],
  ["a*{2}", "a repetition follows another one"],
  ["a{2}*", "a repetition follows another one"],
  ["a{2,1}", "{2,1} has the larger number first"],
  ["a{1001}", "{1001} repeats more than 1000 times"],
  ["(a{100}){11}", "nested repetitions repeat more than 1000 times"],
  ["(a)\\1", "RE2 has no references to groups"],
  ["(?=a)", "RE2 has no group (?=a"],
  ["(?<!a)", "RE2 has no group (?<!"],
  ["(?x)a", "RE2 has no group (?x)"],
  ["(?)", "RE2 has no group (?)"],
  ["(?i-)", "RE2 has no group (?i-)"],
  ["(?P<a>b)(?P<a>c)", 'two groups have the name "a"'],
  ["\\Z", "RE2 has no escape \\Z"],
  ["\\u0041", "RE2 has no escape \\u"],
  ["\\é", "RE2 has no escape \\é"],
  ["\\x{110000}", "there is no character \\x{110000}"],
  ["\\xg", "RE2 has no escape \\x"],
  ["a\\", "the expression ends in a backslash"],
  ["\\C", "the Node gateway does not support \\C"],
  ["(".repeat(1001) + ")".repeat(1001), "the groups are more than 1000 deep"],
])("rejects %j", (pattern, reason) => {
  expect(() => re2(pattern)).toThrow(new Error(`invalid regular expression ${JSON.stringify(pattern)}: ${reason}`));
});

test.each(SLOW_CASES)("%s takes no exponential time", (pattern, text) => {
  expect(re2(pattern).test(text)).toBe(false);
  expect(re2(`^(?:${pattern})$`).replaceAll(text, "z")).toBe(text);
});

test("a substitution names groups of its expression only", () => {
  expect(substitutionProblem("(a)(?:b)(?P<c>c)", "\\0\\1\\2\\\\")).toBeUndefined();
  expect(substitutionProblem("(a)", "\\2")).toBe('"\\2" is not one of 1 groups');
  expect(substitutionProblem("(a)", "\\n")).toBe('"\\n" is no group; a backslash is \\\\');
  expect(substitutionProblem("(a)", "a\\")).toBe('"\\" is no group; a backslash is \\\\');
});
