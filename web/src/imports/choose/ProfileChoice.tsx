/** The profile of a file: the chosen one, or a proposal, with what differs in the file. */

import { useProfiles } from "../../profiles/profiles";
import { Button, Choices, Field } from "../../ui/controls";
import { Notice } from "../../ui/states";
import { NO_OPTIONS } from "../options";
import { setUploadOptions } from "../upload/queue";
import type { UploadSnapshot } from "../upload/upload";
import { applyProfile } from "./applyProfile";
import style from "./choose.module.css";
import type { Preview } from "./preview";

interface ProfileChoiceProps {
  upload: UploadSnapshot;
  preview: Preview;
}

/** Proposes a profile, or lists what differs from the chosen one. */
export function ProfileNotice({ upload, preview }: ProfileChoiceProps) {
  const { use } = useChoice(upload, preview);
  const found = preview.profile;
  if (!found) return null;
  if (upload.profile) {
    const isChosen = upload.profile.profile_id === found.profile_id;
    if (!isChosen || !found.drift.length) return null;
    return (
      <Notice tone="warn" title="The columns differ from the profile.">
        <Drift drift={found.drift} />
      </Notice>
    );
  }
  return (
    <Notice title={`This file looks like the profile ${found.name}.`}>
      {found.is_exact && "It has the same columns."}
      <Drift drift={found.drift} />
      <div className={style.proposal}>
        <Button onClick={() => use(found.profile_id)}>Use profile</Button>
      </div>
    </Notice>
  );
}

/** Chooses a profile, if there are any. */
export function ProfileField({ upload, preview }: ProfileChoiceProps) {
  const { profiles, use } = useChoice(upload, preview);
  if (!profiles.length) return null;
  return (
    <Field label="Profile">
      <select value={upload.profile?.profile_id ?? ""} onChange={({ target }) => use(target.value)}>
        <option value="">No profile</option>
        <Choices of={profiles.map((one) => [one.profile_id, one.name])} />
      </select>
    </Field>
  );
}

/** Return the profiles, and a function that uses one, or none, for the file. */
function useChoice({ id }: UploadSnapshot, preview: Preview) {
  const profiles = useProfiles().data?.items ?? [];
  const use = (profileId: string) => {
    const found = profiles.find((one) => one.profile_id === profileId);
    if (!found) return setUploadOptions(id, NO_OPTIONS, null);
    const headers = preview.columns.map(({ header }) => header);
    const applied = applyProfile(found, headers);
    setUploadOptions(id, applied.options, applied.profile);
  };
  return { profiles, use };
}

type DriftList = NonNullable<Preview["profile"]>["drift"];

function Drift({ drift }: { drift: DriftList }) {
  if (!drift.length) return null;
  return (
    <ul className={style.drift}>
      {drift.map(({ code, column, message }) => (
        <li key={`${code} ${column}`}>{message}</li>
      ))}
    </ul>
  );
}
