import { type ReactNode, useMemo, useState } from 'react';
import { Icon } from '../app/icon';
import { locale } from '../app/language';
import { setQuery, useLocation } from '../app/location';
import { Notice } from '../app/notice';
import { texts } from '../texts/texts';

export interface Column<Row> {
  key: string;
  head: string;
  cell: (row: Row) => ReactNode;
  /** What to sort by; without it the head is no button. Missing values (null) come last either way. */
  sort?: (row: Row) => string | number | null;
  /** Right-aligned, so that digits stand below digits. */
  numeric?: boolean;
  /** Left out on phones. */
  wide?: boolean;
  /** A sentence about what the column means. */
  hint?: string;
}

const names = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
/** Rows on the screen at first, and how many more at a time. */
const STEP = 200;

/**
 * Rows with a name in front, sortable by their heads. The order lives in the address under `id`, so that a reload or a link shows the same.
 * @param columns the first one names the row
 */
export const DataTable = <Row,>({
  id,
  caption,
  columns,
  rows,
  keyOf,
  order,
  empty,
  emptyHint,
  classOf,
}: {
  id: string;
  /** For screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** As it stands before anybody sorts: a column's key, with a minus for the greatest first. */
  order?: string;
  empty: string;
  emptyHint?: string;
  classOf?: (row: Row) => string | undefined;
}) => {
  const { query } = useLocation();
  const [limit, setLimit] = useState(STEP);
  const by = query.get(id) ?? order ?? '';
  const descending = by.startsWith('-');
  const column = columns.find(({ key, sort }) => sort && key === by.replace(/^-/, ''));
  const sorted = useMemo(() => {
    if (column?.sort === undefined) return rows;
    const sortOf = column.sort;
    return rows.toSorted((a, b) => compare(sortOf(a), sortOf(b), descending));
  }, [rows, column, descending]);
  if (rows.length === 0) return <Notice title={empty} hint={emptyHint} />;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to be reachable by keyboard */}
      <section className="table-frame" aria-label={caption} tabIndex={0}>
        <table className="table">
          <caption className="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map(one => (
                <th
                  key={one.key}
                  scope="col"
                  className={classesOf(one)}
                  title={one.hint}
                  aria-sort={one === column ? (descending ? 'descending' : 'ascending') : undefined}
                >
                  {one.sort ? (
                    <button
                      type="button"
                      className="sort-button"
                      onClick={() => setQuery({ [id]: one === column && !descending ? `-${one.key}` : one.key })}
                    >
                      {one.head}
                      {one === column && <Icon name={descending ? 'down' : 'up'} />}
                    </button>
                  ) : (
                    one.head
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, limit).map(row => (
              <tr key={keyOf(row)} className={classOf?.(row)}>
                {columns.map((one, n) =>
                  n === 0 ? (
                    <th key={one.key} scope="row" className={classesOf(one)}>
                      {one.cell(row)}
                    </th>
                  ) : (
                    <td key={one.key} className={classesOf(one)}>
                      {one.cell(row)}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > limit && (
        <button type="button" className="button feed-more" onClick={() => setLimit(limit + STEP)}>
          {texts.table.more(rows.length - limit)}
        </button>
      )}
    </>
  );
};

const classesOf = ({ numeric, wide }: Column<never>): string | undefined =>
  [numeric && 'number', wide && 'wide-only'].filter(Boolean).join(' ') || undefined;

const compare = (a: string | number | null, b: string | number | null, descending: boolean): number => {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : names.compare(String(a), String(b));
  return descending ? -order : order;
};
