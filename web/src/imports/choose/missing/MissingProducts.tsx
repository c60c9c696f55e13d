/** The choice that a file is the whole catalogue, and what happens to products it doesn't name. */

import { Checkbox, Choices, Field } from "../../../ui/controls";
import {
  describeLimit,
  KEEP_MISSING,
  limitOf,
  MISSING_CHOICES,
  type MissingOptions,
  missingOf,
} from "../../missing";
import { findChoice, type Options } from "../../options";
import style from "../choose.module.css";
import { LimitFields } from "./LimitFields";
import { ScopeFields } from "./ScopeFields";

interface Props {
  options: Options;
  /** The id of the profile in use, if any. */
  profileId?: string;
  onChange: (options: Options) => void;
}

export function MissingProducts({ options, profileId, onChange }: Props) {
  const missing = missingOf(options);
  const change = (changed: Partial<MissingOptions>) => onChange({ ...options, ...changed });
  return (
    <>
      <Checkbox
        label="The file is the whole catalogue"
        hint="Products that it doesn't name are changed too."
        checked={missing !== null}
        onChange={(isWhole) => change(isWhole ? { missing: "deactivate" } : KEEP_MISSING)}
      />
      {missing && (
        <fieldset className={style.missing}>
          <legend>Products missing from the file</legend>
          <div className={style.fields}>
            <Field label="What happens to them">
              <select
                value={missing}
                onChange={({ target }) =>
                  change({ missing: findChoice(MISSING_CHOICES, target.value) })
                }
              >
                <Choices of={MISSING_CHOICES} />
              </select>
            </Field>
            <ScopeFields
              scope={options.scope}
              profileId={profileId}
              onChange={(scope) => change({ scope })}
            />
            <LimitFields
              limit={limitOf(options)}
              onChange={(max_missing) => change({ max_missing })}
            />
          </div>
          <p role="status">{describeLimit(missing, limitOf(options))}</p>
        </fieldset>
      )}
    </>
  );
}
