/** Profiles: the saved import options of files of one kind. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, request, requestWithResponse, type Schema } from "../api/client";
import { IdempotentRequest } from "../api/idempotency";
import { saveFile } from "../api/saveFile";

export type Profile = Schema["Profile"];

/** A profile with the version that a change expects. */
export interface VersionedProfile {
  profile: Profile;
  etag: string;
}

const LIST = ["profiles"];
const LIMIT = 100; // there are at most 100

const detailKey = (profileId: string) => [...LIST, profileId];
const pathOf = (profileId: string) => ({ profile_id: profileId });

export function useProfiles() {
  return useQuery({
    queryKey: LIST,
    queryFn: () => request(api.GET("/profiles", { params: { query: { limit: LIMIT } } })),
  });
}

export function useProfile(profileId: string) {
  return useQuery({
    queryKey: detailKey(profileId),
    queryFn: async (): Promise<VersionedProfile> => {
      const params = { path: pathOf(profileId) };
      const { data, response } = await requestWithResponse(
        api.GET("/profiles/{profile_id}", { params }),
      );
      return { profile: data, etag: response.headers.get("ETag") ?? "" };
    },
  });
}

export function useCreateProfile() {
  const refresh = useRefresh();
  const [idempotent] = useState(() => new IdempotentRequest());
  return useMutation({
    mutationFn: (body: Schema["CreateProfile"]) =>
      idempotent.send(body, (header) =>
        request(api.POST("/profiles", { body, params: { header } })),
      ),
    onSuccess: refresh,
  });
}

/** Change a profile unless someone else has changed it since it was read. */
export function useChangeProfile({ profile, etag }: VersionedProfile) {
  const refresh = useRefresh();
  const params = { path: pathOf(profile.profile_id), header: { "If-Match": etag } };
  return useMutation({
    mutationFn: (body: Schema["ChangeProfile"]) =>
      request(api.PATCH("/profiles/{profile_id}", { params, body })),
    onSuccess: refresh,
  });
}

export function useDeleteProfile(onSuccess: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (profileId: string) => {
      await request(api.DELETE("/profiles/{profile_id}", { params: { path: pathOf(profileId) } }));
    },
    onSuccess: (_, profileId) => {
      onSuccess();
      queries.removeQueries({ queryKey: detailKey(profileId) });
      return queries.invalidateQueries({ queryKey: LIST, exact: true });
    },
  });
}

/** Download the template of a profile: a CSV file with its header row. */
export function useTemplate({ profile_id, name }: Profile) {
  const params = { path: pathOf(profile_id) };
  return useMutation({
    mutationFn: async () => {
      const file = await request(
        api.GET("/profiles/{profile_id}/template", { params, parseAs: "blob" }),
      );
      saveFile(file, `${name}.csv`);
    },
  });
}

function useRefresh() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: LIST });
}
