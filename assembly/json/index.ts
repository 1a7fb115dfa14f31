export { compactJson } from "./compact";
export { JsonEditor } from "./edit/editor";
export { Fields } from "./fields";
export { Json, JsonEntry } from "./json";
export { mergeJson } from "./merge";
export { prettyJson } from "./pretty";
export { quote } from "./quote";
export { JsonWriter } from "./writer";
