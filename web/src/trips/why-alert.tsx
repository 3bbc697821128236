import { useCallback } from 'react';
import { detailOf } from '../alerts/alert-item';
import { getJson } from '../api/request';
import type { Alert } from '../api/wire-types';
import { useLoaded } from '../app/use-loaded';
import { exactTime } from '../format/time';
import { texts } from '../texts/texts';
import { Dialog } from '../ui/dialog';
import { Loading } from '../ui/loading';
import { type Why, WhyReport } from './why-report';

/** Why an alert was raised: its rule, what was allowed, and the samples that it was seen in. */
export const WhyAlert = ({ alert, onClose }: { alert: Alert; onClose: () => void }) => {
  const [loaded, retry] = useLoaded(
    useCallback((signal: AbortSignal) => getJson<Why>(`/alerts/${encodeURIComponent(alert.id)}/why`, {}, signal), [alert.id]),
  );
  return (
    <Dialog title={texts.why.title} onClose={onClose} wide>
      <p>
        <strong>{texts.kind[alert.kind]}</strong> · {detailOf(alert)}
        <br />
        <span className="muted times">{exactTime(alert.occurred_at)}</span>
      </p>
      <Loading of={loaded} onRetry={retry} failed={texts.why.failed}>
        {why => <WhyReport why={why} at={Date.parse(alert.occurred_at)} />}
      </Loading>
    </Dialog>
  );
};
