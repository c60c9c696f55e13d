import { expect, test } from "vitest";
import { type Draft, findChanges } from "./draft";

const SHOP: Draft = {
  url: "https://shop.example/hooks",
  event_types: ["import.failed"],
  description: "",
};

test("only changed values are sent", () => {
  expect(findChanges(SHOP, { ...SHOP, event_types: ["import.failed"] })).toEqual({});
  expect(findChanges(SHOP, { ...SHOP, description: "The shop" })).toEqual({
    description: "The shop",
  });
  expect(findChanges(SHOP, { ...SHOP, url: "https://new.example/", event_types: ["*"] })).toEqual({
    url: "https://new.example/",
    event_types: ["*"],
  });
});
