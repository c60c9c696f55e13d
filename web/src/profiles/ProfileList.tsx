/** All profiles: their names, options and last use. */

import { Bookmark, Plus } from "lucide-react";
import { linkTo } from "../app/route";
import { toOptions } from "../imports/options";
import { summarizeOptions } from "../imports/optionText";
import { ButtonLink } from "../ui/controls";
import { Time } from "../ui/format";
import { Facts, Rows, RowTitle } from "../ui/rows";
import { Empty, ErrorNotice, Loading, ViewHead } from "../ui/states";
import { type Profile, useProfiles } from "./profiles";

export function ProfileList() {
  return (
    <div className="stack">
      <ViewHead title="Profiles">
        <ButtonLink
          kind="primary"
          href={linkTo("profiles/new")}
          icon={<Plus size={17} aria-hidden />}
        >
          New profile
        </ButtonLink>
      </ViewHead>
      <Profiles />
    </div>
  );
}

function Profiles() {
  const { data, error, refetch } = useProfiles();
  if (!data) return error ? <ErrorNotice error={error} retry={() => refetch()} /> : <Loading />;
  if (data.items.length === 0) {
    return (
      <div className="card">
        <Empty icon={<Bookmark size={36} aria-hidden />} title="No profiles yet">
          <p>
            A profile saves the options of an import, for files that arrive again. Save one from a
            file before its import, or from a completed import.
          </p>
        </Empty>
      </div>
    );
  }
  return (
    <Rows label="Profiles">
      {data.items.map((profile) => (
        <ProfileRow key={profile.profile_id} profile={profile} />
      ))}
    </Rows>
  );
}

function ProfileRow({ profile }: { profile: Profile }) {
  const { profile_id, name, header, last_used_at, created_at } = profile;
  return (
    <li className="stack tight">
      <RowTitle>
        <a href={linkTo(`profiles/${profile_id}`)}>{name}</a>
      </RowTitle>
      <div>{summarizeOptions(toOptions(profile.options)) || "All options detected"}</div>
      <Facts>
        {header && <span>{header.length === 1 ? "1 column" : `${header.length} columns`}</span>}
        <span>
          {last_used_at ? (
            <>
              Last used <Time at={last_used_at} isRelative />
            </>
          ) : (
            "Never used"
          )}
        </span>
        <span>
          Created <Time at={created_at} />
        </span>
      </Facts>
    </li>
  );
}
