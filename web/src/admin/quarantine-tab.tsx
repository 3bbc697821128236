import { useCallback, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { useLoaded } from '../app/use-loaded';
import { texts } from '../texts/texts';
import { DataTable } from '../ui/data-table';
import { Dialog } from '../ui/dialog';
import { Loading } from '../ui/loading';
import { Section } from '../ui/page';
import { tellOutcome } from '../ui/tell-outcome';
import { Time } from '../ui/time';

type Entry = Schema<'QuarantineEntry'>;

/** What could not be taken: why, its bytes, and another try. */
export const QuarantineTab = () => {
  const [loaded, reload] = useLoaded(
    useCallback(signal => answerOf(api.GET('/quarantine', { params: { query: { limit: 100 } }, signal })), []),
  );
  const [shown, setShown] = useState<Entry>();
  const { quarantine } = texts.admin;
  const retry = ({ id }: Entry): void =>
    void tellOutcome(api.POST('/quarantine/{id}/retry', { params: { path: { id } } }), quarantine.retried).then(reload);
  return (
    <Section title={quarantine.title}>
      <Loading of={loaded} onRetry={reload} failed={quarantine.failed}>
        {({ items, next }) => (
          <>
            <DataTable<Entry>
              id="quarantine"
              caption={quarantine.title}
              rows={items}
              keyOf={({ id }) => id}
              empty={quarantine.empty}
              emptyHint={quarantine.emptyHint}
              columns={[
                { key: 'at', head: quarantine.arrived, cell: ({ received_at }) => <Time at={received_at} as="dayTime" /> },
                {
                  key: 'device',
                  head: quarantine.device,
                  cell: ({ device }) => device ?? texts.unknown,
                  sort: ({ device }) => device,
                },
                {
                  key: 'reason',
                  head: quarantine.reason,
                  cell: ({ reason }) => quarantine.reasons[reason] ?? reason,
                  sort: ({ reason }) => reason,
                },
                {
                  key: 'detail',
                  head: quarantine.detail,
                  wide: true,
                  cell: ({ said, detail }) => <span className="breaks">{texts.sentences(said, detail)}</span>,
                },
                {
                  key: 'do',
                  head: '',
                  numeric: true,
                  cell: entry => (
                    <span className="row-actions">
                      <button type="button" className="button small" onClick={() => setShown(entry)}>
                        {quarantine.look}
                      </button>
                      <button type="button" className="button small" disabled={entry.truncated} onClick={() => retry(entry)}>
                        {quarantine.retry}
                      </button>
                    </span>
                  ),
                },
              ]}
            />
            {next !== null && <p className="muted">{quarantine.more}</p>}
          </>
        )}
      </Loading>
      {shown && <EntryDialog entry={shown} onClose={() => setShown(undefined)} />}
    </Section>
  );
};

const MOST_SHOWN = 4_000;

const EntryDialog = ({ entry, onClose }: { entry: Entry; onClose: () => void }) => {
  const { quarantine } = texts.admin;
  const bytes = Uint8Array.from(atob(entry.bytes_base64), sign => sign.charCodeAt(0));
  const text = textOf(bytes);
  return (
    <Dialog title={quarantine.reasons[entry.reason] ?? entry.reason} onClose={onClose} wide>
      <p>{texts.sentences(entry.said, entry.detail)}</p>
      <p className="muted">
        <code className="breaks">{entry.topic}</code> · {quarantine.bytes(bytes.length)}
        {entry.truncated && ` · ${quarantine.truncated}`}
      </p>
      <pre className="raw-bytes">{text.slice(0, MOST_SHOWN)}</pre>
      <p className="muted">
        SHA-256 <code className="breaks">{entry.hash}</code>
      </p>
    </Dialog>
  );
};

/** As text where it is one, else as hexadecimal digits. */
const textOf = (bytes: Uint8Array): string => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells bytes from text
    if (!/[\u0000-\u0008\u000e-\u001f]/.test(text)) return text;
  } catch {
    // Not UTF-8.
  }
  return [...bytes.subarray(0, MOST_SHOWN / 3)].map(byte => byte.toString(16).padStart(2, '0')).join(' ');
};
