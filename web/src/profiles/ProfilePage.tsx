/** A profile: its form and its actions. */

import { ArrowLeft, Download, Trash2 } from "lucide-react";
import { useState } from "react";
import { goTo, linkTo } from "../app/route";
import { toOptions } from "../imports/options";
import { Button, ButtonLink } from "../ui/controls";
import { Confirm } from "../ui/dialogs";
import { Time } from "../ui/format";
import { Facts } from "../ui/rows";
import { ErrorNotice, Loading, ViewHead } from "../ui/states";
import { showToast } from "../ui/toasts";
import type { ProfileDraft } from "./draft";
import { ProfileForm } from "./ProfileForm";
import {
  type Profile,
  useChangeProfile,
  useDeleteProfile,
  useProfile,
  useTemplate,
  type VersionedProfile,
} from "./profiles";
import style from "./profiles.module.css";

export function ProfilePage({ profileId }: { profileId: string }) {
  const { data, error, refetch } = useProfile(profileId);
  if (!data) {
    return (
      <div className="stack">
        <ViewHead title="Profile">
          <ButtonLink href={linkTo("profiles")}>All profiles</ButtonLink>
        </ViewHead>
        {error ? <ErrorNotice error={error} retry={() => void refetch()} /> : <Loading />}
      </div>
    );
  }
  const { profile } = data;
  return (
    <div className="stack">
      <a href={linkTo("profiles")} className={style.back}>
        <ArrowLeft size={16} aria-hidden /> All profiles
      </a>
      <ViewHead title={<span className={style.name}>{profile.name}</span>}>
        <DownloadTemplate profile={profile} />
        <DeleteProfile profile={profile} />
      </ViewHead>
      <Facts>
        <span>
          Created <Time at={profile.created_at} />
        </span>
        <span>
          {profile.last_used_at ? (
            <>
              Last used <Time at={profile.last_used_at} />
            </>
          ) : (
            "Never used"
          )}
        </span>
      </Facts>
      <EditProfile key={data.etag} versioned={data} />
    </div>
  );
}

/** Each version has a new form. */
function EditProfile({ versioned }: { versioned: VersionedProfile }) {
  const [edited] = useState(versioned); // it may be read again meanwhile
  const changing = useChangeProfile(edited);
  const save = ({ name, options, header }: ProfileDraft, leave: () => void) =>
    changing.mutate(
      { name, options, header: header.length ? header : null },
      {
        onSuccess: () => {
          leave();
          showToast("Profile saved.");
        },
      },
    );
  return (
    <ProfileForm
      from={draftOf(edited.profile)}
      action="Save"
      isBusy={changing.isPending}
      error={changing.error}
      cancelHref={linkTo("profiles")}
      onSubmit={save}
    />
  );
}

function draftOf({ name, options, header }: Profile): ProfileDraft {
  return { name, options: toOptions(options), header: header ?? [] };
}

/** Downloads a CSV file with the header row that the profile expects. */
function DownloadTemplate({ profile }: { profile: Profile }) {
  const download = useTemplate(profile);
  return (
    <Button
      icon={<Download size={16} aria-hidden />}
      isBusy={download.isPending}
      onClick={() =>
        download.mutate(undefined, { onError: (error) => showToast(error.message, "bad") })
      }
    >
      Download template
    </Button>
  );
}

function DeleteProfile({ profile }: { profile: Profile }) {
  const [isOpen, setOpen] = useState(false);
  const deleting = useDeleteProfile(() => {
    showToast("Profile deleted.");
    goTo(linkTo("profiles"), { replace: true });
  });
  return (
    <>
      <Button kind="danger" icon={<Trash2 size={16} aria-hidden />} onClick={() => setOpen(true)}>
        Delete
      </Button>
      {isOpen && (
        <Confirm
          title="Delete profile?"
          action="Delete profile"
          isBusy={deleting.isPending}
          error={deleting.error}
          onConfirm={() => deleting.mutate(profile.profile_id)}
          onClose={() => setOpen(false)}
        >
          <p>Imports that used the profile keep their options. You can't undo this.</p>
        </Confirm>
      )}
    </>
  );
}
