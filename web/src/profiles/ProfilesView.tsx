/** The list of profiles, the form of a new one, or the profile in the address. */

import type { ViewProps } from "../app/route";
import { NewProfile } from "./NewProfile";
import { ProfileList } from "./ProfileList";
import { ProfilePage } from "./ProfilePage";

export default function ProfilesView({ route }: ViewProps) {
  const profileId = route.path[1];
  if (!profileId) return <ProfileList />;
  if (profileId === "new") return <NewProfile />;
  return <ProfilePage key={profileId} profileId={profileId} />;
}
