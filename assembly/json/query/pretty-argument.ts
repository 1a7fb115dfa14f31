import { Byte } from "../byte";
import { Json } from "../json";
import { Pretty } from "../pretty";

/** `@pretty`, with an argument such as `{"indent":"\t","sortKeys":true}` or "". */
export function pretty(json: Json, argument: string): Json {
  const pretty = new Pretty();
  if (argument.length != 0) {
    const options = Json.parse(argument);
    const indent = options.at("indent");
    if (indent.exists()) pretty.indent = spaces(indent.string());
    pretty.prefix = spaces(options.at("prefix").string());
    const width = options.at("width");
    if (width.exists()) pretty.width = width.i32();
    pretty.sortKeys = options.at("sortKeys").bool();
  }
  return pretty.format(json).toJson();
}

/** The white space of a text. Other characters would make the result invalid JSON. */
function spaces(text: string): string {
  let kept = "";
  for (let i = 0; i < text.length && i < 64; i++) {
    const c = text.charCodeAt(i);
    if (c == Byte.Space || c == Byte.Tab || c == Byte.LineFeed || c == Byte.Return) kept += String.fromCharCode(c);
  }
  return kept;
}
