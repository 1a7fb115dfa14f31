import { expect, test } from "vitest";
import { RecentText } from "./recent-text.js";

test("counts positions from the beginning of the text, even after it drops the beginning", () => {
  const text = new RecentText(5);
  for (const part of ["abc", "", "def", "ghi"]) text.add(part);
  expect([text.start, text.end]).toEqual([3, 9]);
  expect(text.slice(0)).toBe("defghi");
  expect(text.slice(4)).toBe("efghi");
  expect(text.slice(4, 7)).toBe("efg");
  expect([text.slice(1, 4), text.slice(9), text.slice(20), text.slice(0, 2)]).toEqual(["d", "", "", ""]);
});

test("keeps a last part that is larger than the limit", () => {
  const text = new RecentText(2);
  text.add("abc");
  text.add("defghi");
  expect(text.slice(0)).toBe("defghi");
});
