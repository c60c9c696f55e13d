/** Using a profile for a file. */

import type { Profile } from "../../profiles/profiles";
import { type Options, toOptions } from "../options";

/** The profile that a file uses. */
export interface ChosenProfile {
  profile_id: string;
  name: string;
  /** Whether the file has all columns that the profile assigns. Otherwise only a part is used. */
  isWhole: boolean;
}

/** Return the options of a profile for a file with these columns, and whether they are all. */
export function applyProfile(
  { profile_id, name, options }: Profile,
  headers: string[],
): { profile: ChosenProfile; options: Options } {
  const all = toOptions(options);
  const mapping = Object.entries(all.mapping).filter(([header]) => headers.includes(header));
  const isWhole = mapping.length === Object.keys(all.mapping).length;
  return {
    profile: { profile_id, name, isWhole },
    options: { ...all, mapping: Object.fromEntries(mapping) },
  };
}

/** Return the member of a request that names the profile; the API would use all of its options. */
export function idOfProfile(profile: ChosenProfile | null | undefined): { profile?: string } {
  return profile?.isWhole ? { profile: profile.profile_id } : {};
}
