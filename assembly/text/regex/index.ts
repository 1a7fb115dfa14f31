export { Regex } from "./regex";
export { RegexMatch } from "./regex-match";
