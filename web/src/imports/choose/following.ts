/** Opens the page of a started import as soon as its job exists. */

import { useEffect } from "react";
import { goTo, linkTo } from "../../app/route";
import { useUploads } from "../upload/queue";

/** Return the address of the file list that redirects to the upload's page once it exists. */
export function linkToFollow(id: string): string {
  return linkTo("import", { follow: id });
}

export function useFollow(id: string | null): void {
  const jobId = useUploads().find((upload) => upload.id === id)?.jobId;
  useEffect(() => {
    if (jobId) goTo(linkTo(`import/${jobId}`), { replace: true });
  }, [jobId]);
}
