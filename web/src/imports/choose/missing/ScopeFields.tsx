/** Which products can be missing: all, or those of a SKU prefix, a brand or a profile. */

import { useProfiles } from "../../../profiles/profiles";
import { Choices, Field } from "../../../ui/controls";
import { describeScope, type Scope } from "../../missing";
import { TextInput } from "../TextInput";
import { hasBlankScope, kindOf, type ScopeKind } from "./scope";

interface Props {
  scope: Scope | null;
  /** The id of the profile in use, if any. */
  profileId: string | undefined;
  onChange: (scope: Scope | null) => void;
}

const TEXTS: Partial<Record<ScopeKind, [label: string, hint: string]>> = {
  "sku[prefix]": ["SKU prefix", "Products whose SKU starts with it."],
  brand: ["Brand", "Products of exactly this brand."],
};

export function ScopeFields({ scope, profileId, onChange }: Props) {
  const profiles = useProfiles().data?.items ?? [];
  const kind = kindOf(scope);
  const profile = scope?.profile ?? profileId ?? profiles[0]?.profile_id;
  const choose = (name: string) => {
    if (name === "all") return onChange(null);
    onChange({ [name]: name === "profile" ? profile : "" });
  };
  const profileName = profiles.find((one) => one.profile_id === scope?.profile)?.name;
  const choices: [ScopeKind, string][] = [
    ["all", "All products"],
    ["sku[prefix]", "Those with a SKU prefix"],
    ["brand", "Those of a brand"],
    ...(profile ? [["profile", "Those last imported with a profile"] as [ScopeKind, string]] : []),
    ...(kind === "other"
      ? [["other", describeScope(scope, profileName)] as [ScopeKind, string]]
      : []),
  ];
  const text = TEXTS[kind];
  const isBlank = hasBlankScope(scope);
  return (
    <>
      <Field label="Which products">
        <select value={kind} onChange={({ target }) => choose(target.value)}>
          <Choices of={choices} />
        </select>
      </Field>
      {text && (
        <Field
          label={text[0]}
          hint={!isBlank && text[1]} // of one line like the error, so that nothing moves
          error={isBlank && "Enter a text, or choose all products."}
        >
          <TextInput
            value={String(scope?.[kind as "brand"] ?? "")}
            maxLength={1000}
            isLive
            onCommit={(text) => onChange({ [kind]: text ?? "" })}
          />
        </Field>
      )}
      {kind === "profile" && (
        <Field label="Profile of the products">
          <select value={profile} onChange={({ target }) => onChange({ profile: target.value })}>
            <Choices of={profiles.map((one) => [one.profile_id, one.name])} />
          </select>
        </Field>
      )}
    </>
  );
}
