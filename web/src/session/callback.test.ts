import { expect, test } from "vitest";
import { findCallback } from "./callback";

const PAGE = "https://api.example/api/";

test.each([
  ["?code=a&state=b&iss=c", "query"],
  ["?error=access_denied&state=b", "query"],
  ["#state=b&code=a", "fragment"],
])("the callback %s is found in the %s", (callback, mode) => {
  expect(findCallback(PAGE + callback)).toEqual({ url: PAGE + callback, mode });
});

test.each(["", "#/products?search=state&sort=code", "?code=a", "#code=a", "#key=pik_1"])(
  "%j isn't a callback",
  (rest) => {
    expect(findCallback(PAGE + rest)).toBeNull();
  },
);
