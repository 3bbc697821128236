import type { ReactNode } from 'react';
import type { Alert, AlertStatus } from '../api/wire-types';
import { Icon } from '../app/icon';
import { Link } from '../app/link';
import { useStore } from '../app/store';
import { useNow } from '../app/use-now';
import { quantity } from '../format/quantity';
import { ago, exactTime } from '../format/time';
import { useFleet } from '../live/fleet';
import { selectVehicle } from '../live/live-filters';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { momentPath } from '../trips/moment-path';
import { ActionButtons } from './action-buttons';
import type { AlertGroup } from './group-alerts';
import { type AlertAction, type Pending, STATUS_AFTER } from './pending-actions';
import { SeveritySign } from './severity-sign';
import { usePlaceOf } from './use-place-of';

/** What happened, to whom, where, how bad, how long ago, and what to do about it. With `group` it speaks for its repeats too. */
export const AlertItem = ({
  alert,
  group,
  children,
  onShowAlert,
}: {
  alert: Alert;
  group?: AlertGroup;
  /** Stands behind the title. */
  children?: ReactNode;
  onShowAlert: (alert: Alert) => void;
}) => {
  const { actions, may } = useFleet();
  const pending = useStore(actions.pending);
  const now = useNow(10_000);
  const names = useNames();
  const placeOf = usePlaceOf();
  const own = pending.get(alert.id);
  const status = own !== undefined && own.state !== 'failed' ? STATUS_AFTER[own.action] : alert.status;
  const free = (group?.alerts ?? [alert]).filter(one => (pending.get(one.id)?.state ?? 'failed') === 'failed');
  const open = free.filter(one => one.status === 'open');
  const handled = open.length > 0 ? open : free.filter(one => one.status === 'acknowledged');
  const possible: readonly AlertAction[] = open.length > 0 ? ['acknowledge', 'resolve'] : ['resolve'];
  const place = placeOf(alert);
  return (
    <article
      className={`alert alert-${group?.severity ?? alert.severity} is-${status}`}
      data-alert={alert.id}
      data-status={status}
    >
      <SeveritySign severity={group?.severity ?? alert.severity} />
      <div className="alert-body">
        <p className="alert-title">
          <strong>{texts.kind[alert.kind]}</strong>
          {children}
          {alert.late && (
            <span className="tag" title={texts.alert.lateExplained}>
              {texts.alert.late}
            </span>
          )}
          <time className="alert-age" dateTime={alert.occurred_at} title={exactTime(alert.occurred_at)}>
            {ago(alert.occurred_at, now)}
          </time>
        </p>
        <p className="alert-who">
          <button type="button" className="link-button" onClick={() => selectVehicle(alert.vehicle)}>
            {names.vehicle(alert.vehicle)}
          </button>
          {alert.driver !== null && <span> · {names.driver(alert.driver)}</span>}
          {place !== undefined && (
            <>
              {' · '}
              <button type="button" className="link-button place" title={texts.alert.onMap} onClick={() => onShowAlert(alert)}>
                {place}
              </button>
            </>
          )}
        </p>
        <p className="alert-what">
          {detailOf(alert)}
          {alert.suppressed > 0 && <span className="muted"> · {texts.alert.suppressed(alert.suppressed)}</span>}
        </p>
        <Outcome alert={alert} status={status} pending={own} />
        <div className="alert-actions">
          {handled.length > 0 && may('alerts.handle') && (
            <ActionButtons
              count={handled.length}
              actions={possible}
              onAct={(action, note) =>
                actions.act(
                  handled.map(({ id }) => id),
                  action,
                  note,
                )
              }
            />
          )}
          {alert.trip !== null && may('trips.read') && (
            <Link
              to={momentPath(alert.trip, alert.occurred_at)}
              className="button quiet small icon-only"
              label={texts.alert.replay}
              title={texts.alert.replay}
            >
              <Icon name="play" />
            </Link>
          )}
          {own?.state === 'failed' && (
            <button type="button" className="button quiet small" onClick={() => actions.dismiss(alert.id)}>
              {texts.alert.dismiss}
            </button>
          )}
        </div>
      </div>
    </article>
  );
};

/** What became of it: who handled it, whether that is still on its way, why it was taken back. */
const Outcome = ({ alert, status, pending }: { alert: Alert; status: AlertStatus; pending: Pending | undefined }) => {
  if (pending?.state === 'failed') {
    return (
      <p className="problem" role="alert">
        {texts.alert.failed(pending.reason ?? '')}
      </p>
    );
  }
  if (status === 'open') return null;
  const note = pending?.note || alert.notes.at(-1)?.note;
  const progress =
    pending?.state === 'queued' ? texts.alert.queued : pending?.state === 'sending' ? texts.alert.sending : undefined;
  return (
    <p className="alert-outcome">
      <span className={`tag status-tag-${status}`}>{texts.alertStatus[status]}</span>
      {status === 'retracted' && messageOf(alert)}
      {progress && <span className="muted">{progress}</span>}
      {note && <q>{note}</q>}
    </p>
  );
};

/** The server's sentence, in the language of this page as far as the server says what is in it. */
export const messageOf = ({ said, message }: Pick<Alert, 'said' | 'message'>): string => texts.sentences(said, message);

/** The measured against the allowed where these say it all; else the sentence. */
export const detailOf = (alert: Alert): string => {
  const { value, threshold, unit, said } = alert;
  if (said !== undefined || value === null || unit === null || threshold === null) return messageOf(alert);
  return `${quantity(value, unit)} (${texts.alert.threshold(quantity(threshold, unit))})`;
};
