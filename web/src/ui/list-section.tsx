import type { ComponentProps, ReactNode } from 'react';
import { useLast } from '../app/use-last';
import type { Loaded } from '../app/use-loaded';
import { DataTable } from './data-table';
import { Loading } from './loading';
import { Section } from './page';

/** A list that is loaded, with a button that adds to it: one surface for every list of things that people make. */
export const ListSection = <Row,>({
  title,
  lead,
  add,
  of: [loaded, reload],
  failed,
  children,
  ...table
}: {
  title: string;
  lead?: ReactNode;
  /** What the button says and does; without it nothing can be added here. */
  add?: { text: string; onClick: () => void };
  of: readonly [Loaded<readonly Row[]>, () => void];
  /** A sentence for when it cannot be had. */
  failed: string;
  /** Dialogs, and what stands below the list. */
  children?: ReactNode;
} & Omit<ComponentProps<typeof DataTable<Row>>, 'caption' | 'rows'>) => {
  // What was known stays while it is asked again: a list that somebody changes does not blink.
  const shown = useLast(loaded);
  return (
    <Section
      title={title}
      actions={
        add && (
          <button type="button" className="button" onClick={add.onClick}>
            {add.text}
          </button>
        )
      }
    >
      {lead && <p className="muted section-lead">{lead}</p>}
      <Loading of={shown} onRetry={reload} failed={failed}>
        {rows => <DataTable<Row> {...table} caption={title} rows={rows} />}
      </Loading>
      {children}
    </Section>
  );
};
