import { expect, test } from "vitest";
import { findReturned } from "./returned";

const PAGE = "https://api.example/api/";

test.each([
  ["?code=a&state=b&iss=c", "query"],
  ["?error=access_denied&state=b", "query"],
  ["#state=b&code=a", "fragment"],
])("the answer %s is found in the %s", (answer, mode) => {
  expect(findReturned(PAGE + answer)).toEqual({ url: PAGE + answer, mode });
});

test.each(["", "#/products?search=state&sort=code", "?code=a", "#code=a", "#key=pik_1"])(
  "%j is no answer",
  (rest) => {
    expect(findReturned(PAGE + rest)).toBeNull();
  },
);
