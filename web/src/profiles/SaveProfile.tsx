/** Saves the options of a file or an import as a profile. */

import { BookmarkPlus } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Schema } from "../api/client";
import { fieldErrors, hasFormError } from "../api/problems";
import { linkTo } from "../app/route";
import { Button, Field } from "../ui/controls";
import { Dialog } from "../ui/dialogs";
import { ErrorNotice } from "../ui/states";
import { showToast } from "../ui/toasts";
import { stemOf } from "./draft";
import { useCreateProfile } from "./profiles";

interface SaveProfileProps {
  /** The file's name, which suggests the name of the profile. */
  filename: string;
  /** What the profile is made from. */
  from: Omit<Schema["CreateProfile"], "name">;
}

export function SaveProfile(props: SaveProfileProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon={<BookmarkPlus size={17} aria-hidden />} onClick={() => setOpen(true)}>
        Save as profile
      </Button>
      {isOpen && <SaveDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function SaveDialog({ filename, from, onClose }: SaveProfileProps & { onClose: () => void }) {
  const [name, setName] = useState(() => stemOf(filename));
  const creating = useCreateProfile();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const saved = () => {
      showToast("Profile saved.");
      onClose();
    };
    creating.mutate({ ...from, name: name.trim() }, { onSuccess: saved });
  };
  return (
    <Dialog title="Save as profile" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>
          Saves the options and the column names. The next file with these columns can use them. All
          profiles are in <a href={linkTo("profiles")}>Profiles</a>.
        </p>
        <Field label="Name" error={fieldErrors(creating.error).name}>
          <input
            value={name}
            maxLength={100}
            required
            autoComplete="off"
            onChange={({ target }) => setName(target.value)}
          />
        </Field>
        {hasFormError(creating.error, (field) => field === "name") && (
          <ErrorNotice error={creating.error} />
        )}
        <div className="row">
          <Button type="submit" kind="primary" isBusy={creating.isPending}>
            Save profile
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
