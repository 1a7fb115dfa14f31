export { Fields } from "./fields";
export { Json, JsonEntry } from "./json";
export { quote } from "./quote";
export { JsonWriter } from "./writer";
