/** A switch that activates a product at once; it switches back if the request fails. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, request } from "../api/client";
import { showToast } from "../ui/toasts";
import { recordChange } from "./changes";
import style from "./list.module.css";
import { type ListedProduct, toListedProduct } from "./listed";

interface Props {
  product: ListedProduct;
  isReadOnly: boolean;
}

export function ActiveSwitch({ product, isReadOnly }: Props) {
  const queries = useQueryClient();
  const { id, sku, active } = product;
  const switching = useMutation({
    mutationFn: (isActive: boolean) => setActive(id, isActive),
    scope: { id: `product ${id}` }, // serializes quick clicks
    onMutate: (isActive) => recordChange(queries, id, { active: isActive }),
    onSuccess: (saved) => recordChange(queries, id, toListedProduct(saved)),
    onError: (error, isActive) => {
      recordChange(queries, id, { active: !isActive });
      showToast(`${sku} not changed. ${error.message}`, "bad");
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
  return request(api.PATCH("/products/{product_id}", { params, body: { active }, headers }));
}
