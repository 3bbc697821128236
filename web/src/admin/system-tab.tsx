import { useCallback, useEffect } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { useLast } from '../app/use-last';
import { useLoaded } from '../app/use-loaded';
import { decimal, quantity } from '../format/quantity';
import { duration } from '../format/time';
import { texts } from '../texts/texts';
import { DataTable } from '../ui/data-table';
import { Loading } from '../ui/loading';
import { Figures, Section } from '../ui/page';
import { Time } from '../ui/time';

type System = Schema<'SystemStatus'>;
const EVERY_MS = 5_000;
/** What a bound took, or what was refused: worth a look where it is not zero. */
const BITES =
  /dropped|refused|rejected|lost|poisoned|not_taken|too_late|dead_letters|exceeded|forgotten|expired|failed|closed_slow/;

/** How the server is, asked again while one looks. */
export const SystemTab = () => {
  const [loaded, reload] = useLoaded(useCallback(signal => answerOf(api.GET('/system', { signal })), []));
  useEffect(() => {
    const timer = window.setInterval(reload, EVERY_MS);
    return () => window.clearInterval(timer);
  }, [reload]);
  // What was known stays while it is asked again.
  const shown = useLast(loaded);
  return (
    <Loading of={shown} onRetry={reload} failed={texts.admin.system.failed}>
      {system => <SystemView system={system} />}
    </Loading>
  );
};

/** Data that was kept on the way takes hours: milliseconds would say nothing. */
const tookText = (ms: number | null): string => (ms !== null && ms >= 10_000 ? duration(ms / 1_000) : quantity(ms, 'ms'));

const SystemView = ({ system }: { system: System }) => {
  const { system: words } = texts.admin;
  const lag = Math.max(0, ...system.partitions.map(({ lag: behind }) => behind));
  const bites = Object.entries(system.counters).filter(([name, n]) => n > 0 && BITES.test(name));
  const unknown = Object.entries(system.unknown_fields).flatMap(([device, names]) =>
    Object.entries(names).map(([name, n]) => ({ device, name, n })),
  );
  return (
    <>
      <Section title={words.title}>
        <Figures
          figures={[
            [words.version, system.version, system.node],
            [words.uptime, duration(system.uptime_s)],
            [words.connections, decimal(system.listener.connections, 0), system.listener.address],
            [words.folded, decimal(system.counters.events_folded_total ?? 0, 0)],
            [words.lag, decimal(lag, 0), words.lagHint],
            [words.database, system.database.up ? words.up : (system.database.error ?? words.down), system.database.kind],
            [words.pending, decimal(system.database.pending_rows, 0)],
            [texts.admin.tabs.quarantine, decimal(system.quarantine.entries, 0)],
          ]}
        />
      </Section>
      <Section title={words.latency}>
        <DataTable
          id="latency"
          caption={words.latency}
          rows={system.alert_latency}
          keyOf={({ stage }) => stage}
          empty={words.noLatency}
          columns={[
            { key: 'stage', head: words.stage, cell: ({ stage }) => words.stageName[stage] ?? stage },
            { key: 'p50', head: words.half, numeric: true, cell: ({ p50_ms }) => tookText(p50_ms) },
            { key: 'p99', head: words.most, numeric: true, cell: ({ p99_ms }) => tookText(p99_ms) },
            { key: 'n', head: words.measured, wide: true, numeric: true, cell: ({ count }) => decimal(count, 0) },
          ]}
        />
      </Section>
      <Section title={words.stages}>
        <DataTable
          id="stages"
          caption={words.stages}
          rows={system.stages}
          keyOf={({ name }) => name}
          empty={words.none}
          columns={[
            { key: 'name', head: texts.admin.name, cell: ({ name }) => name },
            { key: 'state', head: words.state, cell: ({ state }) => words.states[state] },
            {
              key: 'restarts',
              head: words.restarts,
              numeric: true,
              cell: ({ restarts }) => decimal(restarts, 0),
              sort: ({ restarts }) => restarts,
            },
            { key: 'since', head: words.since, wide: true, cell: ({ since }) => <Time at={since} as="ago" /> },
            { key: 'error', head: words.error, cell: ({ last_error }) => <span className="breaks">{last_error ?? ''}</span> },
          ]}
        />
      </Section>
      <div className="card-grid">
        <Section title={words.bounds}>
          <DataTable
            id="bounds"
            caption={words.bounds}
            rows={bites}
            keyOf={([name]) => name}
            order="-n"
            empty={words.noBounds}
            columns={[
              {
                key: 'name',
                head: words.counter,
                cell: ([name]) => <code className="breaks">{name}</code>,
                sort: ([name]) => name,
              },
              { key: 'n', head: words.count, numeric: true, cell: ([, n]) => decimal(n, 0), sort: ([, n]) => n },
            ]}
          />
        </Section>
        <Section title={words.unknown}>
          <DataTable
            id="unknown"
            caption={words.unknown}
            rows={unknown}
            keyOf={({ device, name }) => `${device} ${name}`}
            order="-n"
            empty={words.noUnknown}
            columns={[
              { key: 'device', head: words.device, cell: ({ device }) => device, sort: ({ device }) => device },
              { key: 'name', head: words.field, cell: ({ name }) => <code className="breaks">{name}</code> },
              { key: 'n', head: words.count, numeric: true, cell: ({ n }) => decimal(n, 0), sort: ({ n }) => n },
            ]}
          />
        </Section>
      </div>
    </>
  );
};
