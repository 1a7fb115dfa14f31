import { Guest } from "./support/guest.js";
import { Played } from "./play.js";

export type List = readonly (readonly [string, string])[];
export const REQUEST_LINE = [
  [":authority", "h"],
  [":path", "/foo"],
  [":method", "GET"],
  [":scheme", "http"],
] as const;

export const REPEATED: List = [
  ["x-a", "1"],
  ["x-b", "2"],
  ["x-a", "3"],
];

/** Runs a plugin that makes host calls in its request headers callback. */
export function playing(headers: List, calls: (guest: Guest) => string[], guest = Guest.bare()) {
  const played = new Played(guest.on("proxy_on_request_headers", calls(guest)));
  const { upstream } = played.open(headers);
  return { played, statuses: played.statuses(), logged: played.logged, headers: upstream!.headers };
}

export const get = (guest: Guest, name: string, map = 0) =>
  guest.read("proxy_get_header_map_value", map, ...guest.text(name));
export const write = (guest: Guest, how: "add" | "replace", name: string, value: string, map = 0) =>
  guest.do(`proxy_${how}_header_map_value`, map, ...guest.text(name), ...guest.text(value));
export const remove = (guest: Guest, name: string) => guest.do("proxy_remove_header_map_value", 0, ...guest.text(name));
export const set = (guest: Guest, bytes: string, map = 0) =>
  guest.do("proxy_set_header_map_pairs", map, ...guest.text(bytes));
