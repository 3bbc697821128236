import { useCallback, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { useLoaded } from '../app/use-loaded';
import { texts } from '../texts/texts';
import { DataTable } from '../ui/data-table';
import { Loading } from '../ui/loading';
import { Section } from '../ui/page';
import { Time } from '../ui/time';

type Entry = Schema<'AuditEntry'>;
const STEP = 200;

/** Who changed or exported what, newest first. */
export const AuditTab = () => {
  const [limit, setLimit] = useState(STEP);
  const [loaded, reload] = useLoaded(
    useCallback(signal => answerOf(api.GET('/audit', { params: { query: { limit } }, signal })), [limit]),
  );
  const { audit } = texts.admin;
  return (
    <Section title={audit.title}>
      <Loading of={loaded} onRetry={reload} failed={audit.failed}>
        {({ items, next }) => (
          <>
            <DataTable<Entry>
              id="audit"
              caption={audit.title}
              rows={items}
              keyOf={({ id }) => id}
              empty={audit.empty}
              columns={[
                { key: 'at', head: audit.when, cell: ({ at }) => <Time at={at} as="dayTime" /> },
                { key: 'by', head: audit.who, cell: ({ by }) => texts.person(by) },
                { key: 'action', head: audit.what, cell: ({ action }) => <span className="breaks">{action}</span> },
                {
                  key: 'subject',
                  head: audit.subject,
                  wide: true,
                  cell: ({ subject }) => <span className="breaks">{subject}</span>,
                },
              ]}
            />
            {next !== null && limit < 1_000 && (
              <button type="button" className="button feed-more" onClick={() => setLimit(Math.min(1_000, limit + STEP))}>
                {audit.older}
              </button>
            )}
          </>
        )}
      </Loading>
    </Section>
  );
};
