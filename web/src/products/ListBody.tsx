/** The list in each of its states: read, empty, nothing found, at its end, broken off. */

import { PackageOpen, PackageSearch, Upload } from "lucide-react";
import { linkTo } from "../app/route";
import { Button, ButtonLink } from "../ui/controls";
import { Empty, Fault, Loading } from "../ui/states";
import { type Filters, isFiltered, isReversed, type ListState } from "./filters";
import { showList } from "./links";
import type { ProductList } from "./list";
import style from "./list.module.css";
import { ProductTable } from "./ProductTable";
import { countProducts } from "./words";

interface Props {
  state: ListState;
  list: ProductList;
}

export function ListBody({ state, list }: Props) {
  if (list.isPending) return <Loading>Loading products…</Loading>;
  if (list.rows.length === 0 && list.error) {
    return <Fault error={list.error} retry={() => void list.refetch()} />;
  }
  if (list.rows.length === 0 && !list.hasNextPage) {
    return isFiltered(state.filters) ? <NothingFound state={state} /> : <NoProducts />;
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
        <Fault error={list.error} retry={() => void retry()} />
      </div>
    );
  }
  if (list.hasNextPage) return <Loading>Loading more…</Loading>;
  return <p className={style.foot}>{countProducts(list.rows.length)}. That is all.</p>;
}

function NoProducts() {
  return (
    <div className="card">
      <Empty icon={<PackageOpen size={44} aria-hidden />} title="The catalogue is empty">
        <p>Import a file of products, or create the first one by hand.</p>
        <ButtonLink href={linkTo("import")} icon={<Upload size={17} aria-hidden />} kind="primary">
          Import a file
        </ButtonLink>
      </Empty>
    </div>
  );
}

function whatToTry(filters: Filters): string {
  if (isReversed(filters, "price")) return "The price range ends below where it begins.";
  if (isReversed(filters, "updated")) return "The time of the update ends before it begins.";
  if (!filters.search) return "Try other filters, or fewer of them.";
  return "A search finds words and beginnings of words. Try fewer letters or words, or other filters.";
}

function NothingFound({ state }: { state: ListState }) {
  return (
    <div className="card">
      <Empty icon={<PackageSearch size={44} aria-hidden />} title="No product matches">
        <p>{whatToTry(state.filters)}</p>
        <Button onClick={() => showList({ ...state, filters: {} })}>Show all products</Button>
      </Empty>
    </div>
  );
}
