import { expect, test } from "vitest";
import { linkTo, parseRoute } from "./route";

test("a link leads to the view it names", () => {
  const href = linkTo("webhooks/wh_1", { sort: "-updated_at", search: "a&b=c" });
  const route = parseRoute(href);
  expect(route.path).toEqual(["webhooks", "wh_1"]);
  expect(route.parameters.get("search")).toBe("a&b=c");
  expect(route.parameters.get("sort")).toBe("-updated_at");
});

test.each([
  ["#/products/100%", "100%"],
  ["#/products/%E4", "%E4"],
  ["#/products/a%20b", "a b"],
])("the address %j leads to %j, even if it was truncated", (fragment, name) => {
  expect(parseRoute(fragment).path).toEqual(["products", name]);
});

test.each(["", "#", "#/"])("the address %j names no view", (fragment) => {
  expect(parseRoute(fragment).path).toEqual([]);
});
