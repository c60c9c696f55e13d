/** Makes a product active or inactive at once; put back when the API refuses. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../api/client";
import { say } from "../ui/toasts";
import { noteChange } from "./changes";
import { type Listed, listedOf } from "./list";
import style from "./list.module.css";

interface Props {
  product: Listed;
  isReadOnly: boolean;
}

export function ActiveSwitch({ product, isReadOnly }: Props) {
  const queries = useQueryClient();
  const { id, sku, active } = product;
  const switching = useMutation({
    mutationFn: (wanted: boolean) => setActive(id, wanted),
    scope: { id: `product ${id}` }, // quick clicks take effect one after the other
    onMutate: (wanted) => noteChange(queries, id, { active: wanted }),
    onSuccess: (saved) => noteChange(queries, id, listedOf(saved)),
    onError: (error, wanted) => {
      noteChange(queries, id, { active: !wanted });
      say(`${sku} is as it was. ${error.message}`, "bad");
    },
  });
  return (
    <input
      type="checkbox"
      role="switch"
      className={style.switch}
      aria-label={`${sku} is active`}
      checked={active}
      disabled={isReadOnly}
      onChange={(event) => switching.mutate(event.target.checked)}
    />
  );
}

function setActive(id: number, active: boolean) {
  const params = { path: { product_id: id } };
  const headers = { "Content-Type": "application/merge-patch+json" };
  return ask(api.PATCH("/products/{product_id}", { params, body: { active }, headers }));
}
