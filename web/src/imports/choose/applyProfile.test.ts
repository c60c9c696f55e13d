import { expect, test } from "vitest";
import type { Profile } from "../../profiles/profiles";
import { applyProfile, idOfProfile } from "./applyProfile";

const PROFILE = {
  profile_id: "prf_1",
  name: "Supplier",
  options: { mode: "update", mapping: { Nr: "sku", Preis: "price" } },
} as unknown as Profile;

test("a file with all assigned columns uses the whole profile", () => {
  const { profile, options } = applyProfile(PROFILE, ["Nr", "Preis", "Farbe"]);
  expect(options.mapping).toEqual({ Nr: "sku", Preis: "price" });
  expect(options.mode).toBe("update");
  expect(idOfProfile(profile)).toEqual({ profile: "prf_1" });
});

test("columns that a file doesn't have are left out, and the request doesn't name the profile", () => {
  const { profile, options } = applyProfile(PROFILE, ["Nr"]);
  expect(options.mapping).toEqual({ Nr: "sku" });
  expect(idOfProfile(profile)).toEqual({});
});
