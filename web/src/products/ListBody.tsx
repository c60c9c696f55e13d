/** The list in each of its states: loading, loaded, empty, no matches, failed. */

import { PackageOpen, PackageSearch, Upload } from "lucide-react";
import { linkTo } from "../app/route";
import { Button, ButtonLink } from "../ui/controls";
import { Empty, ErrorNotice, Loading } from "../ui/states";
import { countProducts } from "./describe";
import { type Filters, findReversedRange, isFiltered, type ListState } from "./filters";
import { showList } from "./links";
import type { ProductList } from "./list";
import style from "./list.module.css";
import { ProductTable } from "./ProductTable";

interface Props {
  state: ListState;
  list: ProductList;
}

export function ListBody({ state, list }: Props) {
  if (list.isPending) return <Loading>Loading products…</Loading>;
  if (list.rows.length === 0 && list.error) {
    return <ErrorNotice error={list.error} retry={() => void list.refetch()} />;
  }
  if (list.rows.length === 0 && !list.hasNextPage) {
    return isFiltered(state.filters) ? <NoMatches state={state} /> : <NoProducts />;
  }
  return (
    <div className={style.list}>
      <ProductTable state={state} list={list} />
      <Foot list={list} />
    </div>
  );
}

function Foot({ list }: { list: ProductList }) {
  if (list.error) {
    const retry = list.isFetchNextPageError ? list.fetchNextPage : list.refetch;
    return (
      <div className={style.foot}>
        <ErrorNotice error={list.error} retry={() => void retry()} />
      </div>
    );
  }
  if (list.hasNextPage) return <Loading>Loading more…</Loading>;
  return <p className={style.foot}>{countProducts(list.rows.length)}</p>;
}

function NoProducts() {
  return (
    <div className="card">
      <Empty icon={<PackageOpen size={44} aria-hidden />} title="No products yet">
        <p>Import a file, or create a product.</p>
        <ButtonLink href={linkTo("import")} icon={<Upload size={17} aria-hidden />} kind="primary">
          Import a file
        </ButtonLink>
      </Empty>
    </div>
  );
}

function suggestChange(filters: Filters): string {
  const reversed = findReversedRange(filters);
  if (reversed?.kind === "day") return "The end date is before the start date.";
  if (reversed) return `${reversed.label} is below the minimum.`;
  if (!filters.search) return "Change or remove filters.";
  return "The search matches words and the beginnings of words. Try fewer words, or remove filters.";
}

function NoMatches({ state }: { state: ListState }) {
  return (
    <div className="card">
      <Empty icon={<PackageSearch size={44} aria-hidden />} title="No matching products">
        <p>{suggestChange(state.filters)}</p>
        <Button onClick={() => showList({ ...state, filters: {} })}>Show all products</Button>
      </Empty>
    </div>
  );
}
