/** From the start of an import to its own page, which it has once the API knows of it. */

import { useEffect } from "react";
import { goTo, linkTo } from "../../app/route";
import { useUploads } from "../upload/queue";

/** Return the address of the files' list that leads to this one's own page as soon as there is one. */
export function linkToFollow(id: string): string {
  return linkTo("import", { follow: id });
}

export function useFollowing(id: string | null): void {
  const jobId = useUploads().find((upload) => upload.id === id)?.jobId;
  useEffect(() => {
    if (jobId) goTo(linkTo(`import/${jobId}`), { replace: true });
  }, [jobId]);
}
