/** Output for terminals: colours, columns, sizes and progress. */
export { hasColors, paint, pluginColor, type Format, type Terminal } from "./color.js";
export { broken, columns } from "./columns.js";
export { startProgress } from "./progress.js";
export { sizeChangeText, sizeText } from "./size.js";
