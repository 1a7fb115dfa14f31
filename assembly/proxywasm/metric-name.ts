import { Byte } from "../json/byte";
import { wellFormed } from "../json/quote";

/**
 * Returns the name of a metric with tags. The ABI has no tags, so they become parts of the name:
 * `route.<route>.model.<model>.metric.<name>`. The gateway makes them labels again, if its `stats_tags` have a regular
 * expression for each tag; docs/helpers.md shows the configuration. This is the form of Higress's ai-statistics plugin.
 *
 * @param name the name of the metric itself, such as `input_token`
 * @param tags `[tag, value]` pairs, in the order of the regular expressions; a tag is letters, digits and `_`. In a value,
 * dots, spaces and control characters become `_`, so that a value cannot look like another tag; "" becomes `none`.
 *
 * @example
 * ```ts
 * const tags = [["route", ctx.routeName], ["model", "qwen-turbo"]];
 * counter(metricName("input_token", tags)).increment(42); // route.<route>.model.qwen-turbo.metric.input_token
 * ```
 */
export function metricName(name: string, tags: string[][]): string {
  let all = "";
  for (let i = 0; i < tags.length; i++) {
    const tag = tags[i];
    if (tag.length > 0) all += tag[0] + "." + (tag.length > 1 ? tagValue(tag[1]) : "none") + ".";
  }
  return all + "metric." + name;
}

function tagValue(value: string): string {
  const text = wellFormed(value);
  const size = (<usize>text.length) << 1;
  if (size == 0) return "none";
  const tag = __new(size, idof<string>());
  for (let i: usize = 0; i < size; i += 2) {
    const c: u32 = load<u16>(changetype<usize>(text) + i);
    store<u16>(tag + i, c <= <u32>Byte.Space || c == 0x7f || c == 0x2e ? 0x5f : c);
  }
  return changetype<string>(tag);
}
