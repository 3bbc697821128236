import { useEffect, useState } from 'react';
import { useFleet } from '../live/fleet';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';

/** Tells screen readers of new critical alerts, on every page, and of nothing less: the feed is there to be read. */
export const CriticalAnnouncer = () => {
  const { alerts } = useFleet();
  const [newest, setNewest] = useState<{ kind: keyof typeof texts.kind; vehicle: string }>();
  const names = useNames();
  useEffect(
    () =>
      alerts.onRaised(alert => {
        if (alert.severity === 'critical' && !alert.late) setNewest({ kind: alert.kind, vehicle: alert.vehicle });
      }),
    [alerts],
  );
  return (
    <div className="visually-hidden" role="alert" aria-live="assertive">
      {newest && texts.feed.announced(texts.severity.critical, texts.kind[newest.kind], names.vehicle(newest.vehicle))}
    </div>
  );
};
