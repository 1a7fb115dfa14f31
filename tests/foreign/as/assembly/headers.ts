import { makeHeaderPair, Headers } from "@gcoredev/proxy-wasm-sdk-as/assembly";

/** Edits headers or trailers. A generic function, because the SDK does not export the class of its header maps. */
export function edit<T>(map: T): void {
  // The SDK does not distinguish an empty value from an absent header.
  const absent = map.get("x-absent") == "" ? "none" : "there";
  const got = map.get("x-one") + " " + map.get("x-many") + " " + absent;
  const many: string[] = [];
  const all = map.get_headers();
  for (let i = 0; i < all.length; i++) {
    if (String.UTF8.decode(all[i].key) == "x-many") many.push(String.UTF8.decode(all[i].value));
  }
  map.add("x-many", "c");
  map.replace("x-old", "2");
  map.replace("x-new", "1");
  map.remove("x-gone");
  map.add("x-got", got);
  map.add("x-all", many.join(" "));
}

export function setAll<T>(map: T): void {
  const all = map.get_headers();
  const kept: Headers = [];
  for (let i = 0; i < all.length; i++) {
    if (String.UTF8.decode(all[i].key) != "x-one") kept.push(all[i]);
  }
  kept.push(makeHeaderPair("x-set", "yes"));
  map.set_headers(kept);
}
