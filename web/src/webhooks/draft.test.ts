import { expect, test } from "vitest";
import { changesOf, type Draft } from "./draft";

const SHOP: Draft = {
  url: "https://shop.example/hooks",
  event_types: ["import.failed"],
  description: "",
};

test("only what was changed is sent", () => {
  expect(changesOf(SHOP, { ...SHOP, event_types: ["import.failed"] })).toEqual({});
  expect(changesOf(SHOP, { ...SHOP, description: "The shop" })).toEqual({
    description: "The shop",
  });
  expect(changesOf(SHOP, { ...SHOP, url: "https://new.example/", event_types: ["*"] })).toEqual({
    url: "https://new.example/",
    event_types: ["*"],
  });
});
