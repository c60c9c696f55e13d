/** A button that downloads a file from a URL that needs no key. */

import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { isUploadPending } from "../imports/upload/machine";
import { useUploads } from "../imports/upload/queue";
import { Button } from "../ui/controls";
import { ErrorNotice } from "../ui/states";

interface Props {
  /** Requests the URL. */
  find: () => Promise<{ url: string }>;
  kind?: "plain" | "primary";
  children: ReactNode;
}

export function DownloadButton({ find, kind, children }: Props) {
  const isUploading = useUploads().some(({ state }) => isUploadPending(state));
  const download = useMutation({
    mutationFn: find,
    onSuccess: ({ url }) => {
      const link = document.createElement("a");
      link.href = url;
      // Until its headers arrive, the browser treats the download as leaving the page, and would warn.
      if (isUploading) link.target = "_blank";
      link.click();
    },
  });
  return (
    <>
      {download.error && <ErrorNotice error={download.error} />}
      <Button
        kind={kind}
        icon={<Download size={17} aria-hidden />}
        isBusy={download.isPending}
        onClick={() => download.mutate()}
      >
        {children}
      </Button>
    </>
  );
}
