import { useState } from 'react';
import { messageOf } from '../alerts/alert-item';
import { SeveritySign } from '../alerts/severity-sign';
import { RefusedError, UnreachableError } from '../api/request';
import { Link } from '../app/link';
import { Notice } from '../app/notice';
import { quantity } from '../format/quantity';
import { wireDay } from '../format/time';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { momentPath } from '../trips/moment-path';
import { SelectField } from '../ui/field';
import { Figures, Section } from '../ui/page';
import { Progress } from '../ui/progress';
import { Time } from '../ui/time';
import { type RuleDraft, type RuleKind, ruleBody } from './rule-draft';
import { type BacktestResult, useBacktest } from './use-backtest';

const { backtest: words } = texts;
const DAYS = ['1', '7', '14', '30', '90'] as const;
/** Bars and alerts that are listed; the counts say how many there are. */
const SHOWN = 12;
type BacktestAlert = BacktestResult['alerts'][number];

/** Tries the draft on the last days, before it is saved: how often it would have been told, and what differs from the rule in force. */
export const BacktestPanel = ({
  draft,
  id,
  kind,
  ready,
}: {
  draft: RuleDraft;
  id: string | undefined;
  kind: RuleKind;
  ready: () => boolean;
}) => {
  const [days, setDays] = useState<(typeof DAYS)[number]>('7');
  const { backtest, start, stop } = useBacktest();
  // Silence is measured by the server's own clock, not by what is stored: there is nothing to try it on.
  if (kind.kind === 'device_offline') return null;
  return (
    <Section title={words.title}>
      <div className="form">
        <p className="muted">{words.lead}</p>
        <div className="backtest-start">
          <SelectField
            label={words.period}
            value={days}
            choices={DAYS.map(n => [n, words.last(Number(n))] as const)}
            onChange={setDays}
          />
          {backtest.state === 'running' ? (
            <button type="button" className="button" onClick={stop}>
              {words.stop}
            </button>
          ) : (
            <button type="button" className="button" onClick={() => ready() && start(draft, id, Number(days))}>
              {words.start}
            </button>
          )}
        </div>
        {backtest.state === 'running' && <Progress label={words.running(Math.round(backtest.done * 100))} done={backtest.done} />}
        {backtest.state === 'failed' && (
          <Notice title={words.failed} hint={whyOf(backtest.error)} onRetry={() => start(draft, id, Number(days))} />
        )}
        {backtest.state === 'done' && (
          <>
            {backtest.of !== JSON.stringify(ruleBody(draft)) && <p className="note">{words.outdated}</p>}
            <Result result={backtest.result} />
          </>
        )}
      </div>
    </Section>
  );
};

const whyOf = (error: unknown): string =>
  error instanceof RefusedError
    ? error.detail
    : error instanceof UnreachableError
      ? texts.unreachable
      : error instanceof Error
        ? error.message
        : '';

const Result = ({ result }: { result: BacktestResult }) => {
  const names = useNames();
  const { compared_with: other, count, vehicles_incomplete, per_vehicle, per_day } = result;
  return (
    <div className="form" role="status">
      <Figures
        figures={[
          [words.count, count],
          [other.rule === null ? words.noneInForce : words.inForce, other.rule === null ? texts.unknown : other.alerts],
          [words.added, `+${other.added_count}`],
          [words.removed, `−${other.removed_count}`],
        ]}
      />
      {vehicles_incomplete > 0 && <p className="muted">{words.incomplete(vehicles_incomplete)}</p>}
      {count === 0 && <p>{words.nothing}</p>}
      <div className="card-grid">
        <Bars
          title={words.byVehicle}
          counts={Object.entries(per_vehicle).toSorted((a, b) => b[1] - a[1])}
          nameOf={names.vehicle}
        />
        <Bars
          title={words.byDay}
          counts={Object.entries(per_day)
            .toSorted((a, b) => (a[0] < b[0] ? -1 : 1))
            .slice(-31)}
          nameOf={wireDay}
          all
        />
      </div>
      <Alerts title={words.addedList(other.added_count)} alerts={other.added} count={other.added_count} />
      <Alerts title={words.removedList(other.removed_count)} alerts={other.removed} count={other.removed_count} />
    </div>
  );
};

/** Counts as bars, with their numbers: read as a table by screen readers. */
const Bars = ({
  title,
  counts,
  nameOf,
  all = false,
}: {
  title: string;
  counts: readonly (readonly [string, number])[];
  nameOf: (key: string) => string;
  all?: boolean;
}) => {
  const most = Math.max(1, ...counts.map(([, n]) => n));
  if (counts.length === 0) return null;
  const shown = all ? counts : counts.slice(0, SHOWN);
  return (
    <table className="bars">
      <caption>{title}</caption>
      <tbody>
        {shown.map(([key, n]) => (
          <tr key={key}>
            <th scope="row">{nameOf(key)}</th>
            <td>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect width={(100 * n) / most} height="8" />
              </svg>
            </td>
            <td className="number">{n}</td>
          </tr>
        ))}
        {counts.length > shown.length && (
          <tr>
            <th scope="row" className="muted">
              {words.others(counts.length - shown.length)}
            </th>
            <td />
            <td className="number muted">{counts.slice(shown.length).reduce((sum, [, n]) => sum + n, 0)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
};

const Alerts = ({ title, alerts, count }: { title: string; alerts: readonly BacktestAlert[]; count: number }) => {
  const names = useNames();
  if (count === 0) return null;
  return (
    <details className="backtest-alerts">
      <summary>{title}</summary>
      <ul>
        {alerts.slice(0, 200).map(alert => (
          <li key={`${alert.vehicle} ${alert.occurred_at} ${alert.geofence} ${alert.dtc}`}>
            <SeveritySign severity={alert.severity} />
            <Time at={alert.occurred_at} as="dayTime" />
            <strong>{names.vehicle(alert.vehicle)}</strong>
            <span>{alert.said || alert.value === null ? messageOf(alert) : quantity(alert.value, alert.unit)}</span>
            {alert.trip && <Link to={momentPath(alert.trip, alert.occurred_at)}>{texts.alert.replay}</Link>}
          </li>
        ))}
      </ul>
      {count > Math.min(200, alerts.length) && <p className="muted">{words.firstOf(Math.min(200, alerts.length), count)}</p>}
    </details>
  );
};
