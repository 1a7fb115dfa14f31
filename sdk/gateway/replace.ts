import type { HeaderMap, Pair } from "../host/index.js";

/** Sets a header to one value, at the position of the first header of that name, or at the end. */
export function replace(map: HeaderMap, name: string, value: string): void {
  if (!map.has(name)) return map.add(name, value);
  const pairs = map.entries();
  const first = pairs.findIndex(([one]) => one === name);
  map.replaceAll(
    pairs.flatMap<Pair>((pair, index) => (index === first ? [[name, value]] : pair[0] === name ? [] : [pair])),
  );
}
