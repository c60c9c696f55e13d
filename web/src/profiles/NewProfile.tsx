/** Creates a profile from scratch. */

import { ArrowLeft } from "lucide-react";
import { goTo, linkTo } from "../app/route";
import { NO_OPTIONS } from "../imports/options";
import { showToast } from "../ui/toasts";
import type { ProfileDraft } from "./draft";
import { ProfileForm } from "./ProfileForm";
import { useCreateProfile } from "./profiles";
import style from "./profiles.module.css";

const EMPTY: ProfileDraft = { name: "", options: NO_OPTIONS, header: [] };

export function NewProfile() {
  const creating = useCreateProfile();
  const create = ({ name, options, header }: ProfileDraft, leave: () => void) =>
    creating.mutate(
      { name, options, header: header.length ? header : null },
      {
        onSuccess: ({ profile_id }) => {
          leave();
          showToast("Profile created.");
          goTo(linkTo(`profiles/${profile_id}`), { replace: true });
        },
      },
    );
  return (
    <div className="stack">
      <a href={linkTo("profiles")} className={style.back}>
        <ArrowLeft size={16} aria-hidden /> All profiles
      </a>
      <h1>New profile</h1>
      <ProfileForm
        from={EMPTY}
        action="Create profile"
        isBusy={creating.isPending}
        error={creating.error}
        cancelHref={linkTo("profiles")}
        onSubmit={create}
      />
    </div>
  );
}
